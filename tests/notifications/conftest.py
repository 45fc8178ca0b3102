"""People to tell things to, and a mail server that tells what it got."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from accounts.models import Role
from notifications import nudge
from notifications.models import Message
from notifications.services import Draft, post
from tests.notifications.samples import TICKET
from tests.processes import free_port
from tests.worlds import make_user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from accounts.models import User

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _delivery_was_not_just_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudge.delivery, "woken_at", float("-inf"))


@pytest.fixture
def engineer(db: None) -> User:
    return make_user("li.wei@provider.example", name="李伟", role=Role.ENGINEER)


@pytest.fixture
def customer(db: None) -> User:
    return make_user("zhao@hospital.example", name="Zhao Min", role=Role.CUSTOMER, language="en")


@pytest.fixture
def manager(db: None) -> User:
    return make_user("wang@provider.example", name="王芳", role=Role.MANAGER)


def draft(recipient: User | None, key: str = "event-1", **more: Any) -> Draft:
    """Answer a draft as a ticket would make it."""
    given = {"kind": "ticket_assigned", "context": TICKET, "link": "/tickets/42/", "recipient": recipient, "key": key}
    return Draft(**{**given, **more})


def post_mail(recipient: User | None, key: str = "event-1", **more: Any) -> Message:
    """Put one e-mail into the outbox."""
    post([draft(recipient, key, **{"channels": ["email"], **more})], at=NOW)
    return Message.objects.latest("id")


def post_inbox(recipient: User, count: int = 1, **more: Any) -> list[Message]:
    """Put messages into somebody's inbox, newest first."""
    post([draft(recipient, f"event-{i}", **{"channels": ["inbox"], **more}) for i in range(count)], at=NOW)
    return list(Message.objects.filter(recipient=recipient).order_by("-id"))


class MailServer:
    """Answers as it is told to and keeps what it accepted."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.on_mail: Callable[[], object] = bool
        self.a_connection = 1000
        """How many mails it takes over one connection."""
        self.port = free_port()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        session.count = getattr(session, "count", 0) + 1
        if session.count > self.a_connection:
            return "421 too many messages in this session"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.on_mail()
        return "250 OK"

    @contextmanager
    def running(self) -> Iterator[None]:
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield
        finally:
            controller.stop()


@pytest.fixture
def smtp(settings: Any) -> MailServer:
    """A mail server the settings point to; it is away until it runs."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    return server
