"""A mail is kept as it came, in one transaction, before anything is done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mailroom.engine import headers, reading
from mailroom.engine.charsets import clean
from mailroom.errors import EmptyMail, TooLargeMail
from mailroom.models import ADDRESS, SUBJECT, IncomingMail
from notifications.nudge import Waker

if TYPE_CHECKING:
    from datetime import datetime

    from mailroom.models import Mailbox

wake_after_commit = Waker("mailroom.tasks.process", "celery", "mails").after_commit
FORGOTTEN = 200
"""Mails of long ago that are removed at a time."""


def receive(
    raw: bytes,
    *,
    way: str,
    at: datetime,
    mailbox: Mailbox | None = None,
    envelope_from: str = "",
    envelope_to: str = "",
    is_head: bool = False,
) -> tuple[IncomingMail, bool]:
    """Keep a mail; answer its row, and whether it is new: the same mail is one, whichever way and however often it comes.

    ``is_head``: the rest of it was too large to be fetched. Raises :class:`EmptyMail` and :class:`TooLargeMail`.
    """
    if not raw.strip():
        raise EmptyMail(_("There is no mail in what was sent."))
    if len(raw) > settings.MAIL_MAX_BYTES:
        limit = settings.MAIL_MAX_BYTES // 1024 // 1024
        raise TooLargeMail(_("The mail is larger than %(limit)s MB.") % {"limit": limit})
    key, message_id = reading.key_of(raw)
    if known := IncomingMail.objects.filter(key=key).first():
        return known, False
    row = IncomingMail(
        mailbox=mailbox, way=way, key=key, message_id=message_id, size=len(raw), came_at=at,
        envelope_from=clean(envelope_from)[:ADDRESS], envelope_to=clean(envelope_to)[:ADDRESS], **_head(raw),
    )  # fmt: skip
    if is_head:
        row.state, row.reason, row.read_at = IncomingMail.State.REVIEW, IncomingMail.Reason.TOO_LARGE, at
    row.raw.save("mail.eml", ContentFile(raw), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            wake_after_commit()
    except IntegrityError:
        row.raw.delete(save=False)  # two at once: the other one was first
        return IncomingMail.objects.get(key=key), False
    except BaseException:
        row.raw.delete(save=False)
        raise
    return row, True


def _head(raw: bytes) -> dict[str, str]:
    """Answer what the list of mails shows; read with care, since nothing of this mail was looked at yet."""
    message, _rest = reading.head_and_rest(raw)
    name, sender = next(iter(headers.addresses(message, "From", "Sender", "Reply-To")), ("", ""))
    return {"sender": sender[:ADDRESS], "sender_name": name[:120], "subject": headers.text(message, "Subject")[:SUBJECT]}


def forget_next(at: datetime) -> int:
    """Remove a batch of mails of long ago with their files, but none that waits; what became of them stands in the tickets."""
    old = IncomingMail.objects.filter(came_at__lt=at - timedelta(days=settings.MAIL_KEPT_DAYS))
    rows = list(old.exclude(state__in=[IncomingMail.State.NEW, IncomingMail.State.REVIEW]).order_by("came_at")[:FORGOTTEN])
    IncomingMail.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if row.raw:
            row.raw.delete(save=False)
    return len(rows)
