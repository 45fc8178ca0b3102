"""Reading mailboxes: every message is kept before it is marked on the server, so a worker that is killed loses none."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core.errors import DomainError, NotAllowed
from core.queue import claim
from mailroom import imap, selectors
from mailroom.errors import Unreachable
from mailroom.models import PASSWORDS, IncomingMail, Mailbox
from mailroom.services.receiving import receive
from notifications import services as notifications

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

logger = logging.getLogger(__name__)
LEASE, EVERY = timedelta(minutes=5), timedelta(seconds=30)
REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
TOLD_AFTER = timedelta(hours=1)
BATCH, WORK_SECONDS = 50, 40.0
"""How many messages, and how long, before the next mailbox has its turn."""
LOOK_BACK = timedelta(days=7)
"""A mailbox that is read for the first time: of what nobody has read, what came since."""


def fetch_next(at: datetime) -> int:
    """Read the next mailbox that is due; answer how many were read: 1, or 0 when none is due."""
    box = _claim(at)
    if box is None:
        return 0
    try:
        more = _read(box, at)
    except Unreachable as trouble:
        _failed(box, str(trouble), at)
    except Exception as error:  # one mailbox must not keep the others
        logger.exception("Mailbox %s could not be read", box.pk)
        _failed(box, repr(error), at)
    else:
        facts = {"checked_at": at, "failing_since": None, "last_error": ""}
        _mine(box).update(leased_until=None, next_at=at if more else at + EVERY, **facts)
    return 1


@transaction.atomic
def _claim(at: datetime) -> Mailbox | None:
    rows = claim(selectors.due_mailboxes(at), 1)
    if not rows:
        return None
    box = rows[0]
    box.leased_until = at + LEASE
    Mailbox.objects.filter(pk=box.pk).update(leased_until=box.leased_until)
    return box


def _mine(box: Mailbox) -> QuerySet[Mailbox]:
    """Answer the row, as long as the lease is ours."""
    return Mailbox.objects.filter(pk=box.pk, leased_until=box.leased_until)


def place_of(box: Mailbox) -> imap.Place:
    """Answer where a mailbox is. Raises :class:`Unreachable` where its password cannot be read any more."""
    password = PASSWORDS.opened(box.secret)
    if password is None:
        raise Unreachable(_("The desk's key has changed: give the password again."))
    return imap.Place(box.host, box.port, box.security, box.username, password, box.folder, settings.MAILBOXES_ALLOW_PRIVATE)


def _read(box: Mailbox, at: datetime) -> bool:
    """Take what is new; answer whether there is more."""
    ends = time.monotonic() + WORK_SECONDS
    with imap.opened(place_of(box)) as line:
        waiting = _new(box, line, at)
        for done, uid in enumerate(waiting):
            if done >= BATCH or time.monotonic() > ends:
                return True
            _take(box, line, uid, at)
    return False


def _new(box: Mailbox, line: imap.Line, at: datetime) -> list[int]:
    """Answer the numbers that follow the last one; where the folder is numbered anew, begin with what nobody has read."""
    validity, following = line.numbering()
    if box.uid_validity != validity:
        unread = line.unread_since(at - LOOK_BACK)
        box.uid_validity, box.last_uid = validity, (unread[0] if unread else following) - 1
        _mine(box).update(uid_validity=validity, last_uid=box.last_uid)
    return line.after(box.last_uid)


def _take(box: Mailbox, line: imap.Line, uid: int, at: datetime) -> None:
    """Keep one message, then mark it there, then go on behind it: whatever is done twice after a crash changes nothing."""
    size = line.size(uid)
    if size is not None:
        is_head = size > settings.MAIL_MAX_BYTES
        raw = line.raw(uid, head_only=is_head)
        if raw and raw.strip() and (words := _kept(box, raw, at, is_head=is_head) or _put_away(box, line, uid)):
            logger.warning("Message %s of mailbox %s: %s", uid, box.pk, words)
            _mine(box).update(left_words=f"{uid}: {words}"[:300], left_at=at)
    box.last_uid = uid
    _mine(box).update(last_uid=uid)


def _kept(box: Mailbox, raw: bytes, at: datetime, *, is_head: bool) -> str:
    """Keep a message; answer why it cannot be, in which case it stays unread there. A database or disk that is away is no reason."""
    try:
        receive(raw, way=IncomingMail.Way.IMAP, mailbox=box, at=at, is_head=is_head)
    except DomainError as refusal:
        return str(refusal)
    except (DatabaseError, OSError):
        raise
    except Exception as error:  # one message must not keep those behind it
        logger.exception("A message of mailbox %s could not be kept", box.pk)
        return repr(error)
    return ""


def _put_away(box: Mailbox, line: imap.Line, uid: int) -> str:
    """Mark or move what is kept; answer why the server refuses to, which is no reason to take it again."""
    try:
        line.put_away(uid, box.done_folder)
    except Unreachable as refusal:
        return str(refusal)
    return ""


def _failed(box: Mailbox, words: str, at: datetime) -> None:
    """Leave it alone for a while, longer and longer; whoever looks after it is told when that lasts."""
    since = box.failing_since or at
    rest = min(max(REST, (at - since) / 2), LONGEST_REST)
    _mine(box).update(leased_until=None, failing_since=since, last_error=words[:300], next_at=at + rest)
    if at - since >= TOLD_AFTER:
        people = User.objects.filter(is_active=True).filter(role=Role.MANAGER) | User.objects.filter(is_active=True, pk=box.created_by_id)
        context = {"mailbox": box.name, "reason": words[:200]}
        key, link = f"{box.pk}:{since:%Y%m%d%H%M}", box.get_absolute_url()
        drafts = [
            notifications.Draft(kind="mailbox_failing", recipient=each, context=context, key=key, link=link) for each in people.distinct()
        ]
        notifications.post(drafts, at=at)


def try_out(mailbox: Mailbox, *, actor: User, at: datetime) -> int:
    """Log in as reading does and answer how many messages nobody has read; nothing is taken. Raises :class:`Unreachable`."""
    if not actor.manages:
        raise NotAllowed(_("Mailboxes are for managers and administrators."))
    with imap.opened(place_of(mailbox)) as line:
        if mailbox.done_folder and not line.has(mailbox.done_folder):
            raise Unreachable(_("There is no folder “%(name)s” for what was taken.") % {"name": mailbox.done_folder})
        return len(line.unread_since(at - LOOK_BACK))
