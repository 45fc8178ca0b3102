"""Asking for everything of an organization; making the file, once; fetching and removing it."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from datetime import timedelta
from functools import partial
from typing import IO, TYPE_CHECKING

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from core.errors import DomainError, NotAllowed
from core.queue import claim
from integrations.models import Feed
from notifications.nudge import Waker
from transfer import selectors
from transfer.errors import Lost, NotReady, TooMany
from transfer.models import DataExport
from transfer.services import packing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

    from customers.models import Organization

logger = logging.getLogger(__name__)
waker = Waker("transfer.tasks.make_exports", "celery", "exports", pause=0)
LIVE_OF_ONE = 3
LEASE = timedelta(minutes=10)
"""How long a worker that says nothing keeps an export."""
KEPT = timedelta(days=7)
ATTEMPTS = 3
SAID_EVERY = 500
"""Rows after which progress is written down, and the lease renewed."""
READ = 1 << 16
State = DataExport.State


@transaction.atomic
def ask(organization: Organization, *, language: str, actor: User, at: datetime) -> DataExport:
    """Ask for everything of an organization that the asker may see. Asked again while it is under way, it is the same.

    Raises NotAllowed and TooMany.
    """
    if not selectors.organizations_for(actor).filter(pk=organization.pk).exists():
        raise NotAllowed(_("Everything of an organization is given to managers, and to its own supervisors."))
    User.objects.select_for_update().get(pk=actor.pk)  # one person's questions one after another: the limit holds
    live = DataExport.objects.filter(asked_by=actor, state__in=DataExport.LIVE)
    if known := live.filter(organization=organization).first():
        return known
    if live.count() >= LIVE_OF_ONE:
        raise TooMany(_("You have %(count)s exports under way; wait until one of them is ready.") % {"count": LIVE_OF_ONE})
    row = DataExport(asked_by=actor, asked_at=at, organization=organization, language=language)
    row.save(force_insert=True)
    waker.after_commit()
    return row


def make_next(clock: Callable[[], datetime]) -> int:
    """Make the export that waits longest, unless another one is being made; answers 1, or 0 with nothing to do.

    ``clock`` answers the time: making takes minutes, and the lease has to be renewed meanwhile.
    """
    row = _claim(clock())
    if row is None:
        return 0
    with override(row.language):
        try:
            _make(row, clock)
        except Lost:
            logger.warning("Export %s is held by another worker", row.pk)
        except DomainError as refusal:
            _fail(row, str(refusal), clock())
        except SoftTimeLimitExceeded:
            _fail(row, _("It took too long to make. Ask for it again when less is going on."), clock())
        except Exception:
            logger.exception("Export %s could not be made", row.pk)
            _fail(row, _("Something went wrong on our side. Ask for it again."), clock())
    return 1


def _claim(at: datetime) -> DataExport | None:
    """Hold the next export for a while: one that waits, or that a worker left behind."""
    try:
        with transaction.atomic():
            return _held(at)
    except IntegrityError:  # another worker makes one already; the next sweep finds what is left
        return None


def _held(at: datetime) -> DataExport | None:
    left_behind = Q(state=State.MAKING, claimed_until__lte=at)
    to_make = DataExport.objects.filter(left_behind | Q(state=State.WAITING)).select_related("asked_by", "organization")
    for row in claim(to_make.order_by("state", "pk"), 2, of=("self",)):
        if row.attempts >= ATTEMPTS:
            with override(row.language):
                row.trouble = _("It was begun several times and never ended. Ask an administrator to look into the log.")
            row.state, row.claimed_until, row.ended_at = State.FAILED, None, at
            row.save(update_fields=["state", "claimed_until", "ended_at", "trouble"])
            continue
        row.state, row.claimed_until, row.attempts, row.done, row.total = State.MAKING, at + LEASE, row.attempts + 1, 0, 0
        row.save(update_fields=["state", "claimed_until", "attempts", "done", "total"])
        return row
    return None


def _make(row: DataExport, clock: Callable[[], datetime]) -> None:
    person = _person(row)
    feed = Feed.objects.filter(pk=Feed.ONLY).first() or Feed()  # before anything is read: what changes meanwhile is in both
    with tempfile.TemporaryFile() as made:
        contents = packing.pack(made, person, row, changes_after=feed.newest, step=_Steps(row, clock))
        _person(row, role=person.role)  # making takes minutes: what they may see is looked at again
        _finish(row, made, contents, feed.newest, clock())


def _person(row: DataExport, role: str = "") -> User:
    """Answer the asker, who may still ask for this, in the role it was begun for."""
    person = User.objects.get(pk=row.asked_by_id)
    may = selectors.organizations_for(person).filter(pk=row.organization_id).exists()
    if not may or not person.is_active or (role and person.role != role):
        raise NotAllowed(_("You may not see this organization any more."))
    return person


class _Steps:
    """Counts what was done; now and then writes it down and renews the lease."""

    def __init__(self, row: DataExport, clock: Callable[[], datetime]) -> None:
        self.row, self.clock, self.done, self.total = row, clock, 0, 0

    def expect(self, total: int) -> None:
        self.total = total
        self._say()

    def __call__(self) -> None:
        self.done += 1
        if self.done % SAID_EVERY == 0:
            self._say()

    def _say(self) -> None:
        if not _mine(self.row).update(done=self.done, total=max(self.total, self.done), claimed_until=self.clock() + LEASE):
            raise Lost(_("Another worker goes on with it."))


def _mine(row: DataExport) -> QuerySet[DataExport]:
    """Answer the row as long as this worker's beginning is the last one."""
    return DataExport.objects.filter(pk=row.pk, state=State.MAKING, attempts=row.attempts)


def _finish(row: DataExport, made: IO[bytes], contents: packing.Contents, changes_after: int, at: datetime) -> None:
    """Put the file in its place and note it, in one transaction; a worker that lost its lease leaves nothing behind."""
    found, size = hashlib.sha256(), 0
    made.seek(0)
    while piece := made.read(READ):
        found.update(piece)
        size += len(piece)
    name = ""
    try:
        with transaction.atomic():
            held = _mine(row).select_for_update().first()
            if held is None:
                raise Lost(_("Another worker goes on with it."))
            made.seek(0)
            held.file.save(f"{held.token}.zip", File(made), save=False)
            name = held.file.name or ""
            held.state, held.claimed_until, held.ended_at, held.done = State.DONE, None, at, held.total
            held.size, held.sha256, held.expires_at = size, found.hexdigest(), at + KEPT
            held.counts, held.left_out, held.changes_after = contents.counts, len(contents.left_out), changes_after
            held.save()
    except Exception:
        if name:
            default_storage.delete(name)
        raise


def _fail(row: DataExport, trouble: str, at: datetime) -> None:
    _mine(row).update(state=State.FAILED, claimed_until=None, ended_at=at, trouble=trouble[:300])


def fetched(row: DataExport, *, actor: User, at: datetime) -> DataExport:
    """Answer an export whose file may be sent: it is there, and its asker may still ask for it. Raises NotReady."""
    if not row.is_there(at):
        raise NotReady(_("This file is not there: it is not ready yet, or was removed after seven days. Ask for it again."))
    if not selectors.organizations_for(actor).filter(pk=row.organization_id).exists():
        raise NotReady(_("You may not see this organization any more."))
    return row


@transaction.atomic
def remove_next_exports(at: datetime, limit: int = 50) -> int:
    """Remove files that were kept long enough; the row stays and says so."""
    over = DataExport.objects.filter(state=State.DONE, expires_at__lte=at).order_by("expires_at", "pk")
    rows = claim(over, limit)
    for row in rows:
        name = row.file.name or ""
        row.state, row.file = State.REMOVED, ""
        row.save(update_fields=["state", "file"])
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    return len(rows)
