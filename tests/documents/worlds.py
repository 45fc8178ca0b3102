"""Documents for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents import services
from documents.models import Document, Kind
from tests.worlds import NOON, World

if TYPE_CHECKING:
    from datetime import datetime

STROKES = [[[100, 200], [300, 120], [500, 260], [700, 140]], [[720, 300], [860, 180], [900, 210]]]


def make_sheet(title: str = "服务确认单", **more: Any) -> dict[str, Any]:
    """A sheet with a block of every kind that needs no file."""
    blocks = [
        {"type": "text", "title": "故障原因", "text": '磁盘阵列电池失效\n#panic("x") $y$ [z]'},
        {"type": "table", "title": "更换备件", "heads": ["备件", "数量"], "rows": [["电池 #1", "2"]], "numbers": [False, True]},
        {
            "type": "trends",
            "title": "趋势",
            "trends": [{"label": "磁盘", "unit": "%", "points": [["2026-08", 61], ["2026-09", 70.5]], "high": 80}],
        },
    ]
    return {"title": title, "facts": [["客户", "江城第一人民医院"]], "blocks": blocks, **more}


def make_document(world: World, *, about: str = "visit/1", at: datetime = NOON, **facts: Any) -> Document:
    """A service confirmation of the world's customer that awaits their signature."""
    given = {
        "number": "VIS-000001-SC",
        "organization": world.organization,
        "site": world.site,
        "office": world.office,
        "sheets": {"zh-hans": make_sheet(), "en": make_sheet("Service confirmation")},
        "actor": world.engineer,
        "awaits_signature": True,
        **facts,
    }
    return services.issue(given.pop("kind", Kind.DIAGNOSIS), about=about, at=at, **given)
