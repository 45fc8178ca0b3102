"""A source that has sent something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inbound import services as sources
from tests.worlds import NOON

if TYPE_CHECKING:
    from tests.worlds import World


def make_source(world: World) -> int:
    """Let another system send to the desk, and send once."""
    facts = {"kind": "webhook", "name": "监控", "account": world.dispatcher, "mapping": {"templates": {"title": "{title}"}}}
    row, _secret = sources.create_source(**facts, actor=world.manager, at=NOON)
    sources.receive(row, b'{"title": "x"}', content_type="application/json", sender="127.0.0.1", at=NOON)
    return row.pk
