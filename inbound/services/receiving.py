"""A message arrives: it is kept as it came, then worked on, all of it or nothing."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import DomainError, NotNow
from inbound.errors import SourcePaused, TooMuch
from inbound.models import KEPT_WHOLE, Arrival, Source
from inbound.outcomes import What, outcome
from inbound.services import cases
from inbound.services.reading import read

if TYPE_CHECKING:
    from inbound.engine.signals import Reading

logger = logging.getLogger(__name__)

LARGEST = 1024 * 1024
"""Bytes of a message of alerts or events; scripts of osTicket send files within theirs, as much as a request may hold."""
AGAIN = timedelta(minutes=5)
"""The same bytes from the same source within this time are the same message sent again, where it names no id."""


def limit_of(source: Source) -> int:
    """Answer how many bytes a source may send at once."""
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) if source.kind == Source.Kind.OSTICKET else LARGEST


def receive(source: Source, body: bytes, *, content_type: str, sender: str, at: datetime, form: str = "json") -> Arrival:
    """Keep a message and work on it; answer what became of it. Raises the refusal, which the log has as well."""
    if source.is_paused:
        raise SourcePaused(_("This source is paused. Send it again later."))
    if len(body) > limit_of(source):
        Source.objects.filter(pk=source.pk).update(received=F("received") + 1, refused=F("refused") + 1, seen_at=at)
        raise TooMuch(_("At most %(most)s bytes are taken at once.") % {"most": limit_of(source)})
    arrival = Arrival.objects.create(
        source=source,
        at=at,
        sender=sender or None,
        content_type=content_type[:100].replace("\0", ""),
        form=form,
        size=len(body),
        body=body,
        digest=hashlib.sha256(form.encode() + b"\n" + body).hexdigest(),
    )
    Source.objects.filter(pk=source.pk).update(received=F("received") + 1, seen_at=at)
    return work_on(arrival, at=at)


def work_on(arrival: Arrival, *, at: datetime) -> Arrival:
    """Do what a message that is kept asks for, once. Raises the refusal; a failure of ours leaves it for the next sweep."""
    try:
        return _worked_on(arrival, at)
    except DomainError as refusal:
        _mark(arrival, Arrival.State.REFUSED, code=refusal.stable_code, error=str(refusal)[:500])
        Source.objects.filter(pk=arrival.source_id).update(refused=F("refused") + 1)
        raise
    except Exception as error:
        logger.exception("Message %s of a source could not be worked on", arrival.pk)
        _mark(arrival, Arrival.State.FAILED, code="failed", error=f"{type(error).__name__}")
        arrival.refresh_from_db()
        return arrival


def _mark(arrival: Arrival, state: str, **facts: Any) -> None:
    rows = Arrival.objects.filter(pk=arrival.pk).exclude(state=Arrival.State.TAKEN)
    rows.update(state=state, attempts=F("attempts") + 1, **facts)


@transaction.atomic
def _worked_on(arrival: Arrival, at: datetime) -> Arrival:
    source = locked(arrival.source_id)
    row = Arrival.objects.select_for_update(of=("self",)).get(pk=arrival.pk)
    if row.state == Arrival.State.TAKEN:
        return row
    row.outcomes = understand(source, bytes(row.body), row.form, at, arrival=row)
    row.state, row.attempts, row.code, row.error = Arrival.State.TAKEN, row.attempts + 1, "", ""
    if not cases.keep_for_files(source, row) and row.size > KEPT_WHOLE:
        row.body = bytes(row.body)[:KEPT_WHOLE]
    row.save(update_fields=["outcomes", "state", "attempts", "code", "error", "body"])
    return row


def locked(pk: int) -> Source:
    """Answer a source, locked: its messages are worked on one after another, so no two make a ticket of the same thing."""
    rows = Source.objects.select_for_update(of=("self",)).select_related("account__membership__organization", "organization")
    return rows.select_related("site__organization").get(pk=pk)


def understand(source: Source, body: bytes, form: str, at: datetime, *, arrival: Arrival | None = None) -> list[dict[str, Any]]:
    """Read a message and do what it says; answer a line for each thing."""
    with override(source.account.language or settings.LANGUAGE_CODE):
        reading = read(source, body, form)
        lines = [outcome(What.LEFT_OUT, why=words) for words in reading.left_out]
        if _is_alive(source, reading):
            Source.objects.filter(pk=source.pk).update(beat_at=at, silent_since=None)
        if reading.heartbeat:
            lines.append(outcome(What.HEARTBEAT, about=source.heartbeat))
        if arrival is not None and (before := _sent_before(reading, arrival)):
            return [*lines, *before]
        return [*lines, *(cases.apply(source, signal, at) for signal in reading.signals)]


def _is_alive(source: Source, reading: Reading) -> bool:
    """Where no alert is named for it, whatever comes is a sign of life."""
    return reading.heartbeat if source.heartbeat else True


def _sent_before(reading: Reading, arrival: Arrival) -> list[dict[str, Any]]:
    """Answer what became of the same bytes a moment ago, where a signal has no name or no state by which a repetition would be known."""
    if all(signal.key and signal.parts for signal in reading.signals):
        return []
    same = Arrival.objects.filter(source=arrival.source_id, digest=arrival.digest, at__gte=arrival.at - AGAIN, state=Arrival.State.TAKEN)
    before = same.exclude(pk=arrival.pk).order_by("-at", "-pk").first()
    return [{**line, "what": str(What.REPEATED)} for line in before.outcomes] if before else []


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would become of a message: lines, or the refusal."""

    lines: list[dict[str, Any]]
    refusal: DomainError | None = None


def rehearse(source: Source, body: bytes, *, form: str = "json", at: datetime) -> Rehearsal:
    """Do all that a message asks for and undo it: what is answered is what would happen now."""
    if len(body) > limit_of(source):
        return Rehearsal([], TooMuch(_("At most %(most)s bytes are taken at once.") % {"most": limit_of(source)}))
    try:
        with transaction.atomic():
            lines = understand(locked(source.pk), body, form, at)
            transaction.set_rollback(True)
    except DomainError as refusal:
        return Rehearsal([], refusal)
    new = {str(What.OPENED)}
    return Rehearsal([{**line, "ticket": "" if line["what"] in new else line["ticket"]} for line in lines])


def try_again(arrival: Arrival, *, at: datetime) -> Arrival:
    """Work once more on what was refused or failed, after the source was changed."""
    if arrival.state == Arrival.State.TAKEN:
        raise NotNow(_("This message has been taken meanwhile."))
    return work_on(arrival, at=at)
