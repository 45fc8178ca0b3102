"""Links of a mail by which one person says one thing: "I take care of it". Signed, expiring, good for nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from core.time import epoch, instant
from tickets.errors import DeadLink

if TYPE_CHECKING:
    from notifications.models import Message

LIVES = timedelta(days=7)
"""How long after the message was written its links are good for; what is older is done on the desk's pages."""

ONE, ALL = "e", "m"
_signer = Signer(salt="tickets.errands", sep=".")


@dataclass(frozen=True, slots=True)
class Errand:
    """Who takes care of what: one escalation, or all of those that a message tells of."""

    person: int
    what: str
    pk: int
    expires_at: datetime

    @property
    def token(self) -> str:
        """Write it as a word for an address that nobody else can make."""
        return _signer.sign(f"{self.person}-{self.what}{self.pk}-{epoch(self.expires_at):x}")


def of(message: Message, escalation: int | None = None) -> Errand:
    """Answer the errand of a message's reader: one escalation, or all of the message."""
    if message.recipient_id is None:
        raise ValueError("Only a person with an account can take care of something.")
    what, pk = (ONE, escalation) if escalation else (ALL, message.pk)
    return Errand(message.recipient_id, what, pk, message.created_at + LIVES)


def read(token: str) -> Errand:
    """Read a link that we signed; any other leads nowhere."""
    try:
        person, what, expires = _signer.unsign(token).split("-")
    except (BadSignature, ValueError) as error:
        raise DeadLink(_("This link leads nowhere.")) from error
    return Errand(int(person), what[0], int(what[1:]), instant(int(expires, 16)))
