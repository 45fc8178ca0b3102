"""What the pages share: steps, each a form that leads on or stays with what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from core.time import now

if TYPE_CHECKING:
    from datetime import date

    from django.forms import Form
    from django.utils.functional import _StrPromise

WRONG = 422


@dataclass(frozen=True, slots=True)
class Doable:
    """A step that may be taken now: its form, what its button says, and whether it was refused and is shown again."""

    name: str
    label: _StrPromise | str
    sign: str
    form: Form
    is_open: bool = False
    is_main: bool = False


def today() -> date:
    """Answer the local day."""
    return timezone.localdate(now())
