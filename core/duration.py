"""How long something takes, in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

UNITS = (
    (86400, gettext_noop("%(count)s d")),
    (3600, gettext_noop("%(count)s h")),
    (60, gettext_noop("%(count)s min")),
    (1, gettext_noop("%(count)s s")),
)


def seconds_of(length: timedelta | float) -> int:
    """Answer a length as whole seconds, without its sign."""
    return abs(int(length.total_seconds() if isinstance(length, timedelta) else length))


def spell(length: timedelta | float, *, parts: int = 2) -> str:
    """Say a length with its largest unit and the next one: "3 h 20 min", "1 d", never "1 d 5 s"."""
    left = seconds_of(length)
    first = next((index for index, (size, _unit) in enumerate(UNITS) if left >= size), len(UNITS) - 1)
    words: list[str] = []
    for size, unit in UNITS[first : first + parts]:
        count, left = divmod(left, size)
        if count or not words:
            words.append(_(unit) % {"count": count})
        if not left:
            break
    return " ".join(words)
