"""A world that writes e-mail."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from mailroom import services
from mailroom.models import IncomingMail
from notifications import nudge
from notifications.mail import letter
from notifications.models import Message
from tests.worlds import World, make_promising_world

if TYPE_CHECKING:
    from collections.abc import Callable

_numbers = count(1)
REPLY = "desk@desk.example"


@pytest.fixture(autouse=True)
def _answers_are_read(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_REPLY_ADDRESS = REPLY
    settings.DEFAULT_FROM_EMAIL = f"Pledge Desk <{REPLY}>"
    monkeypatch.setattr(nudge, "publish", lambda *_given: None)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


def written(
    sender: str,
    text: str = "正文",
    *,
    subject: str = "机房空调报警",
    to: str = REPLY,
    files: tuple[tuple[str, bytes], ...] = (),
    **more: str,
) -> bytes:
    """A mail as a mail program writes it."""
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = more.pop("message_id", f"<test-{next(_numbers)}@mail.example>")
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def came(raw: bytes, **more: Any) -> IncomingMail:
    """Take a mail in and read it."""
    at = more.pop("at", None) or now()
    row, _is_new = services.receive(raw, way=IncomingMail.Way.PIPE, at=at, **more)
    while services.process_next(at):
        pass
    return IncomingMail.objects.get(pk=row.pk)


def what(row: IncomingMail) -> tuple[str, str]:
    """What became of it, and why."""
    return row.state, row.reason


@pytest.fixture
def mail_to() -> Callable[..., Any]:
    """The last mail of ours to somebody, as it is sent."""

    def mail_to(person: Any) -> Any:
        address = getattr(person, "email", person)
        rows = [row for row in Message.objects.filter(channel="email").order_by("-id").select_related("recipient") if row.to == address]
        return letter(rows[0])

    return mail_to
