"""A record whose every line holds the hash of the line before it, so that none can be changed or taken out unseen.

What is hashed is the line as it is stored: its place, kind, moment, person, words and facts, and the hash of the line before. The
owner of a record holds how many lines it has and the hash of the last one, so a missing end is seen as well.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BEGIN = ""
"""What the first line of a record is chained to."""


def link(before: str, **said: Any) -> str:
    """Answer the hash (SHA-256, hex) of a line that follows the line with the hash ``before``."""
    return hashlib.sha256(f"{before}\n{canonical(said)}".encode()).hexdigest()


def canonical(said: Any) -> str:
    """Answer one spelling of data as JSON, whatever database it went through (RFC 8785 in spirit: sorted keys, no spaces)."""
    return json.dumps(_plain(said), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # a database may drop the ".0"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, date | Decimal | UUID | Promise) else value


class Line(models.Model):
    """A line of a chained record; who makes one calls ``seal`` before saving it."""

    hash = models.CharField(_("hash"), max_length=64, editable=False, default="", help_text=_("Of this line and all before it."))

    class Meta:
        abstract = True

    def said(self) -> Mapping[str, Any]:
        """Answer what the hash covers."""
        raise NotImplementedError

    def seal(self, before: str) -> str:
        """Chain the line to the one before it; answer its hash."""
        self.hash = link(before, **self.said())
        return self.hash


def breaks(lines: Iterable[Line], *, count: int, head: str) -> Iterator[tuple[int, str]]:
    """Walk the lines of one record in their order; yield the place and the code of what does not fit.

    Codes: ``missing`` (a place is empty), ``changed`` (the line is not what was written), ``cut`` (the end is missing, or there
    is more than was written). Only the first break of a kind that follows from another is told: the walk goes on from what stands.
    """
    before, place = BEGIN, 0
    for line in lines:
        said = line.said()
        place += 1
        while place < said["seq"]:
            yield place, "missing"
            place = said["seq"]
        if line.hash != link(before, **said):
            yield place, "changed"
        before = line.hash
    if place != count or before != head:
        yield max(place, count), "cut"
