"""Files that a kind of mail carries: whoever brings the kind makes them, when the mail is sent and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from notifications.models import Message

    Enclosed = tuple[str, bytes, str]
    """Name of the file, content, content type."""
    Maker = Callable[[Message], Iterable[Enclosed]]

MAKERS: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    """Have the mails of a kind carry files; called when the app is ready."""
    MAKERS[kind] = maker


def enclosed_with(message: Message) -> Iterable[Enclosed]:
    """Answer the files of a mail, in its reader's language."""
    maker = MAKERS.get(message.kind)
    return maker(message) if maker else ()
