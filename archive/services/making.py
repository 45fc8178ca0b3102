"""Making exports: claimed with a lease, so that a killed worker's is begun anew and each comes to exactly one file."""

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
from archive import selectors
from archive.errors import NotReady, TooLarge
from archive.models import SLOTS, ArchiveExport
from archive.services import packing, paper
from core.errors import DomainError
from core.queue import claim

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

    from archive.scope import Scope

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""How long a worker that says nothing keeps an export; a task is ended sooner than that."""
KEPT = timedelta(days=7)
ATTEMPTS = 3
"""So often an export is begun before it is given up."""
SAID_EVERY = 25
"""Steps after which progress is written down, and the lease renewed."""
READ = 1 << 16


class Lost(Exception):
    """Another worker holds the export by now: what was made of it here is thrown away."""


def make_next(clock: Callable[[], datetime]) -> int:
    """Make the export that waits longest, unless as many as may be are being made; answers 1, or 0 with nothing to do.

    ``clock`` answers the time: making takes minutes, and the lease has to be renewed meanwhile.
    """
    row = _claim(clock())
    if row is None:
        return 0
    try:
        with override(row.language):
            _make(row, clock)
    except Lost:
        logger.warning("Export %s is held by another worker", row.pk)
    except DomainError as refusal:
        _fail(row, str(refusal), clock())
    except SoftTimeLimitExceeded:
        with override(row.language):
            _fail(row, _("It took too long to make; choose fewer days."), clock())
    except Exception:
        logger.exception("Export %s could not be made", row.pk)
        with override(row.language):
            _fail(row, _("Something went wrong on our side. Ask for it again."), clock())
    return 1


def _claim(at: datetime) -> ArchiveExport | None:
    """Hold the next export for a while: one that waits, or that a worker left behind."""
    try:
        with transaction.atomic():
            return _held(at)
    except IntegrityError:  # another worker took the same place first; the next sweep finds what is left
        return None


def _held(at: datetime) -> ArchiveExport | None:
    left_behind = Q(state=ArchiveExport.State.MAKING, claimed_until__lte=at)
    # what was left behind comes first: it keeps its place until somebody begins it anew
    to_make = ArchiveExport.objects.filter(left_behind | Q(state=ArchiveExport.State.WAITING)).order_by("state", "pk")
    for row in claim(to_make, len(SLOTS) + 1):
        if row.attempts >= ATTEMPTS:
            _give_up(row, at)
            continue
        taken = set(ArchiveExport.objects.filter(slot__isnull=False).values_list("slot", flat=True))
        row.slot = row.slot or next((slot for slot in SLOTS if slot not in taken), None)
        if row.slot is None:
            return None
        row.state, row.claimed_until, row.attempts, row.done, row.total = ArchiveExport.State.MAKING, at + LEASE, row.attempts + 1, 0, 0
        row.save(update_fields=["state", "slot", "claimed_until", "attempts", "done", "total"])
        return row
    return None


def _give_up(row: ArchiveExport, at: datetime) -> None:
    with override(row.language):
        row.trouble = _("It was begun several times and never ended; choose fewer days.")
    row.state, row.slot, row.claimed_until, row.ended_at = ArchiveExport.State.FAILED, None, None, at
    row.save(update_fields=["state", "slot", "claimed_until", "ended_at", "trouble"])


def _make(row: ArchiveExport, clock: Callable[[], datetime]) -> None:
    person: User = row.asked_by
    scope = _scope(row, person)
    asked = selectors.Asked(row.first, row.last)
    step = _Steps(row, clock)
    with tempfile.TemporaryFile() as made:
        make = packing.pack if row.form == ArchiveExport.Form.ZIP else paper.write
        contents = make(made, person, scope, asked, row=row, step=step)
        _scope(row, User.objects.get(pk=person.pk), role=person.role)  # making takes minutes: what they may see is looked at again
        _finish(row, made, contents, clock())


def _scope(row: ArchiveExport, person: User, role: str = "") -> Scope:
    """Answer of what it is, for somebody who may still see that, in the role it was begun for."""
    scope = selectors.scope_for(person, row)
    if scope is None or not person.is_active or (role and person.role != role):
        raise TooLarge(_("You may not see this archive any more."))
    return scope


class _Steps:
    """Counts what was done; now and then writes it down and renews the lease."""

    def __init__(self, row: ArchiveExport, clock: Callable[[], datetime]) -> None:
        self.row, self.clock, self.done, self.total = row, clock, 0, 0

    def expect(self, total: int) -> None:
        self.total = total
        self._say()

    def __call__(self) -> None:
        self.done += 1
        if self.done % SAID_EVERY == 0:
            self._say()

    def _say(self) -> None:
        mine = _mine(self.row)
        if not mine.update(done=self.done, total=max(self.total, self.done), claimed_until=self.clock() + LEASE):
            raise Lost


def _mine(row: ArchiveExport) -> QuerySet[ArchiveExport]:
    """Answer the row as long as this worker's beginning is the last one."""
    return ArchiveExport.objects.filter(pk=row.pk, state=ArchiveExport.State.MAKING, attempts=row.attempts)


def _finish(row: ArchiveExport, made: IO[bytes], contents: packing.Contents, at: datetime) -> None:
    """Put the file in its place and note it, in one transaction; a worker that lost its lease leaves nothing behind."""
    size, digest = _measured(made)
    name = ""
    try:
        with transaction.atomic():
            held = _mine(row).select_for_update().first()
            if held is None:
                raise Lost
            made.seek(0)
            held.file.save(f"{held.token}.{held.form}", File(made), save=False)
            name = held.file.name or ""
            held.state, held.slot, held.claimed_until, held.ended_at = ArchiveExport.State.DONE, None, None, at
            held.size, held.sha256, held.expires_at = size, digest, at + KEPT
            held.entries, held.left_out, held.done = contents.entries, contents.left_out, held.total
            held.save()
    except Exception:
        if name:
            default_storage.delete(name)
        raise


def _measured(made: IO[bytes]) -> tuple[int, str]:
    made.seek(0)
    found, size = hashlib.sha256(), 0
    while piece := made.read(READ):
        found.update(piece)
        size += len(piece)
    return size, found.hexdigest()


def _fail(row: ArchiveExport, trouble: str, at: datetime) -> None:
    _mine(row).update(state=ArchiveExport.State.FAILED, slot=None, claimed_until=None, ended_at=at, trouble=trouble[:300])


@transaction.atomic
def remove_next(at: datetime, limit: int = 50) -> int:
    """Remove files that were kept long enough; the row stays and says so."""
    over = ArchiveExport.objects.filter(state=ArchiveExport.State.DONE, expires_at__lte=at).order_by("expires_at", "pk")
    rows = claim(over, limit)
    for row in rows:
        name = row.file.name or ""
        row.state, row.file = ArchiveExport.State.REMOVED, ""
        row.save(update_fields=["state", "file"])
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    return len(rows)


def fetched(row: ArchiveExport, *, actor: User, at: datetime) -> ArchiveExport:
    """Answer an export whose file may be sent: it is there, and its asker still sees what it is of. Raises NotReady."""
    if not row.is_there(at):
        raise NotReady(_("This file is not there: it is not ready yet, or was removed after seven days. Ask for it again."))
    if selectors.scope_for(actor, row) is None:
        raise NotReady(_("You may not see this archive any more."))
    return row
