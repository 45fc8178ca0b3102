"""The customer's word under a document: a signature drawn on a screen, or the note that there is none, and why."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from documents import selectors
from documents.drawing import HIGH, WIDE
from documents.errors import Changed, NotAwaited, NotYourSignature
from documents.models import Document, Signature, Status
from documents.services.listeners import tell
from documents.services.waking import wake_after_commit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

    Strokes = Sequence[Sequence[Sequence[float]]]

MOST_POINTS, FEWEST_POINTS = 5000, 6
LEAST_EXTENT = 60
"""A dot or a slip of the finger is no signature: the drawing spans at least this much of a field 1000 wide."""


class Sealed(Protocol):
    """What is called when a document is signed or refused, inside the same transaction."""

    def __call__(self, document: Document, *, actor: User, at: datetime) -> None:
        """Go on with what waited for the signature."""


_listeners: dict[str, list[Sealed]] = defaultdict(list)


def on_sealed(kind: str, listener: Sealed) -> None:
    """Have ``listener`` called whenever a document of this kind is signed or refused."""
    if listener not in _listeners[kind]:
        _listeners[kind].append(listener)


@transaction.atomic
def sign(document: Document, *, name: str, strokes: Strokes, seen: str, actor: User, at: datetime) -> Document:
    """Put the customer's name under what they saw: ``seen`` is the hash of the content that was shown.

    ``strokes``: lines of points in a field 1000 wide; none where the name is typed instead (no pen, no mouse). Raises Invalid,
    NotYourSignature, NotAwaited, and Changed when something else is on record than what was shown.
    """
    row = _awaiting(document, actor)
    if not name.strip():
        raise Invalid(_("Write the name of who signs."), field="name", code="required")
    if seen != row.content_hash:
        raise Changed(_("The document on record is not the one that was shown. Load the page again and read it before signing."))
    drawn = checked_strokes(strokes)
    Signature.objects.create(document=row, name=name.strip(), strokes=drawn, seen=seen, at=at, device_of=actor)
    return _seal(row, Status.SIGNED, actor=actor, at=at)


@transaction.atomic
def refuse(document: Document, *, reason: str, actor: User, at: datetime, name: str = "") -> Document:
    """Note that the customer does not sign, and why; the document stands all the same."""
    row = _awaiting(document, actor)
    if not reason.strip():
        raise Invalid(_("Write down why it is not signed."), field="reason", code="required")
    Signature.objects.create(document=row, name=name.strip(), seen=row.content_hash, refusal=reason.strip(), at=at, device_of=actor)
    return _seal(row, Status.REFUSED, actor=actor, at=at)


def _awaiting(document: Document, actor: User) -> Document:
    row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if not selectors.may_sign(actor, row):
        raise NotYourSignature(_("This is signed by the customer, or on the device of the engineer who is with them."))
    if not row.awaits_signature:
        raise NotAwaited(_("%(number)s does not wait for a signature.") % {"number": row.full_number})
    return row


def _seal(row: Document, status: str, *, actor: User, at: datetime) -> Document:
    row.status, row.sealed_at, row.render_at = status, at, at
    row.save(update_fields=["status", "sealed_at", "render_at"])
    tell(row, at=at)
    wake_after_commit()
    for listener in _listeners[row.kind]:
        listener(row, actor=actor, at=at)
    return row


def checked_strokes(strokes: Strokes) -> list[list[list[int]]]:
    """Answer a drawing as it is stored, nothing for one that is empty; raises Invalid for what is no signature."""
    try:
        drawn = [[_point(point) for point in stroke] for stroke in strokes if stroke]
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise Invalid(_("The drawing could not be read; sign again."), field="strokes") from error
    points = [point for stroke in drawn for point in stroke]
    if not points:
        return []
    if len(points) > MOST_POINTS:
        raise Invalid(_("The drawing is too long; clear it and sign again."), field="strokes")
    if len(points) < FEWEST_POINTS or max(_extent(points, 0), _extent(points, 1)) < LEAST_EXTENT:
        raise Invalid(_("That is too small for a signature; clear it and sign again."), field="strokes")
    return drawn


def _point(point: Any) -> list[int]:
    across, down = (round(float(number)) for number in point)
    return [min(max(across, 0), WIDE), min(max(down, 0), HIGH)]


def _extent(points: list[list[int]], axis: int) -> int:
    values = [point[axis] for point in points]
    return max(values) - min(values)
