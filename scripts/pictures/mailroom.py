"""Received mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {
    "mailroom:accept",
    "mailroom:attach",
    "mailroom:block",
    "mailroom:bring_back",
    "mailroom:discard",
    "mailroom:pause",
    "mailroom:raw",
    "mailroom:resume",
    "mailroom:try_out",
    "mailroom:unblock",
}
LETTER = "From: 王工 <wang@elsewhere.example>\nTo: desk@desk.example\nSubject: 门诊楼打印机不能用\nMessage-ID: <picture@x>\n"
LETTER += "Content-Type: text/plain; charset=utf-8\n\n一楼挂号处的打印机卡纸，重启无效。\n\n在 2026-11-23，服务台 写道：\n> 请说明位置。\n"


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.urls import reverse
    from shots import Shot, person

    from core.time import now
    from mailroom import services
    from mailroom.models import BlockedSender, Mailbox

    manager = person("manager")
    mail, _is_new = services.receive(LETTER.encode(), way="pipe", at=now())
    while services.process_next(now()):
        pass
    if not BlockedSender.objects.exists():
        services.block("@spam.example", actor=manager, at=now())
    box = Mailbox.objects.first()
    if box is None:
        facts = {"name": "服务台", "address": "desk@desk.example", "host": "imap.desk.example", "port": 993, "security": "tls"}
        more = {"username": "desk", "password": "x", "folder": "INBOX", "done_folder": "", "kind": "fault", "severity": 3}
        box = services.create_mailbox(**facts, **more, actor=manager, at=now())  # type: ignore[arg-type]
    yield Shot("mail-tray", "dispatcher", reverse("mailroom:tray"))
    yield Shot("mail-log", "manager", reverse("mailroom:log"))
    yield Shot("mail", "dispatcher", mail.get_absolute_url())
    yield Shot("mail-blocked", "dispatcher", reverse("mailroom:blocked"))
    yield Shot("mailboxes", "manager", reverse("mailroom:mailboxes"))
    yield Shot("mailbox-new", "manager", reverse("mailroom:new"))
    yield Shot("mailbox", "manager", box.get_absolute_url())
    yield Shot("mailbox-edit", "manager", reverse("mailroom:edit", args=[box.pk]))
