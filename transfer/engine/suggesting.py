"""A first mapping from what the columns are called, in Chinese or English."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from transfer.engine.fields import COMMENT, CONTRACT, EQUIPMENT, FIELDS, KINDS, ORGANIZATION, PERSON, SITE, TICKET
from transfer.engine.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transfer.engine.reading import Source

SEEN = 50
"""Rows whose names are looked at: in JSON not every row has every name."""
CALLED: dict[str, str] = {
    "organization": ORGANIZATION, "company": ORGANIZATION, "客户": ORGANIZATION, "单位": ORGANIZATION, "site": SITE, "站点": SITE,
    "people": PERSON, "person": PERSON, "user": PERSON, "contact": PERSON, "人员": PERSON, "联系人": PERSON, "equipment": EQUIPMENT,
    "device": EQUIPMENT, "asset": EQUIPMENT, "设备": EQUIPMENT, "contract": CONTRACT, "合同": CONTRACT, "comment": COMMENT,
    "article": COMMENT, "message": COMMENT, "回复": COMMENT, "评论": COMMENT, "ticket": TICKET, "case": TICKET, "incident": TICKET,
    "工单": TICKET, "报修": TICKET,
}  # fmt: skip


def plain(name: str) -> str:
    """Answer a name without what only sets words apart."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[\s_\-.:*()（）]+", " ", spaced).strip().lower()


def columns(source: Source, name: str) -> list[str]:
    """Answer the columns of a table, as its first rows have them."""
    table = source.table(name)
    if table is None:
        return []
    rows = islice(source.rows(table), SEEN)
    return list(dict.fromkeys(column for row in rows if isinstance(row, Row) for column in row.data))


def suggested(source: Source) -> dict[str, Any]:
    """Answer a mapping of all tables that look like something of ours."""
    tables = []
    for table in source.tables:
        heads = columns(source, table.name)
        kind = _kind(table.name, heads)
        fields = matched(kind, heads)
        if fields:
            tables.append({"table": table.name, "kind": kind, "fields": fields})
    tables.sort(key=lambda one: KINDS.index(str(one["kind"])))
    return {"version": 1, "time_zone": "Asia/Shanghai", "options": {}, "tables": tables}


def _kind(name: str, heads: list[str]) -> str:
    low = plain(name)
    named = next((kind for word, kind in CALLED.items() if word in low), "")
    if named:
        return named
    return max(KINDS, key=lambda kind: (_covers(kind, heads), kind == TICKET))


def _covers(kind: str, heads: list[str]) -> float:
    fields = matched(kind, heads)
    wanted = [one.name for one in FIELDS[kind] if one.required]
    return sum(name in fields for name in wanted) / len(wanted) * 10 + len(fields)


def matched(kind: str, heads: Iterable[str]) -> dict[str, str]:
    """Answer for each field of ours the column that is called like it; each column once, the surest first."""
    names = {plain(head): head for head in reversed(list(heads))}
    found: dict[str, str] = {}
    for exact in (True, False):
        for one in FIELDS[kind]:
            if one.name in found:
                continue
            for word in (plain(one.name), *one.words):
                hit = next((key for key in names if (key == word if exact else _near(word, key))), None)
                if hit is not None:
                    found[one.name] = names.pop(hit)
                    break
    return {one.name: found[one.name] for one in FIELDS[kind] if one.name in found}


def _near(word: str, key: str) -> bool:
    """Whether a longer name holds the word whole; two Chinese signs at least, since one says too little."""
    if word.isascii():
        return len(word) > 3 and re.search(rf"\b{re.escape(word)}\b", key) is not None  # noqa: PLR2004 - “id” is in everything
    return len(word) > 1 and word in key
