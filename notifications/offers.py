"""What a reader can do about a message without opening what it is about; whoever brings the kind registers it.

In a mail an offer is a link to a page that asks once more (a GET never does anything: mail scanners open every link),
in the inbox it is a button that posts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from notifications.models import Message

    InMail = Callable[[Message], Sequence["Offer"]]
    InInbox = Callable[[Sequence[Message]], Mapping[int, Sequence["Offer"]]]
    """For each message (its id) what can be done; asked once for a page of messages."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to do: what it is called, what it is about, where it goes, and with which values where it is a button."""

    words: str
    about: str = ""
    url: str = ""
    values: tuple[tuple[str, str], ...] = field(default=())
    """Names and values that the button sends."""
    done: str = ""
    """Who did it already, as a sentence; then there is nothing to press."""
    is_main: bool = False
    """Whether it does all that the message asks for."""


IN_MAIL: dict[str, InMail] = {}
IN_INBOX: dict[str, InInbox] = {}


def register(kind: str, *, in_mail: InMail, in_inbox: InInbox) -> None:
    """Have messages of a kind carry offers; called when the app is ready."""
    IN_MAIL[kind], IN_INBOX[kind] = in_mail, in_inbox


def in_mail(message: Message) -> Sequence[Offer]:
    """Answer what a mail offers, in the language that is active."""
    maker = IN_MAIL.get(message.kind)
    return maker(message) if maker else ()


def in_inbox(messages: Sequence[Message]) -> dict[int, Sequence[Offer]]:
    """Answer what the messages of a page offer, in as many queries for one as for many."""
    found: dict[int, Sequence[Offer]] = {}
    for kind, maker in IN_INBOX.items():
        if theirs := [message for message in messages if message.kind == kind]:
            found |= maker(theirs)
    return found
