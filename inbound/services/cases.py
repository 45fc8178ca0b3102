"""What a signal does to its case and to the ticket about it. Called under the lock of the source, in one transaction."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from inbound import selectors
from inbound.engine.merging import merge
from inbound.engine.signals import TEXT, Signal, cut
from inbound.models import KEPT_WHOLE, Case, Source
from inbound.outcomes import What, outcome
from inbound.services.reading import read
from tickets import services as tickets
from tickets import workflow
from tickets.models import Channel, Kind, Ticket
from tickets.services import files as uploads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from customers.models import Equipment, Site
    from inbound.engine.merging import Merged
    from inbound.engine.signals import File
    from inbound.models import Arrival

Line = dict[str, Any]
DRAFT = ("subject", "description", "severity", "kind", "names", "site", "external_id", "contact_name", "contact_phone", "contact_email")
SHOWN = 20
"""Alerts that a line in a record names; the rest are counted."""


def digest_of(signal: Signal) -> str:
    """Answer by what a case is known; what its sender has no name for is a case of its own."""
    return hashlib.sha256((signal.key or secrets.token_hex(16)).encode("utf-8", "replace")).hexdigest()


def apply(source: Source, signal: Signal, at: datetime) -> Line:
    """Take a signal in: a ticket is made, opened again, told, resolved; or nothing is done that was done before."""
    digest = digest_of(signal)
    case = source.cases.select_related("ticket").filter(digest=digest).first()
    if case is None:
        case = Case(source=source, digest=digest, first_at=at, last_at=at)
    case.heard, case.last_at = case.heard + 1, max(at, case.last_at)
    if not signal.key:  # nobody will ever say that it is over
        case.draft = draft_of(signal)
        return _ended(case, open_ticket(source, case, signal, at))
    if not signal.parts:
        return _ended(case, _remarked(source, case, signal, at))
    merged = merge(case.known, signal.parts, at)
    case.known, case.is_on = dict(merged.known), merged.is_on
    if merged.is_on and (merged.began or not case.draft):
        case.draft = draft_of(signal)
    line = _moved(source, case, signal, merged, at)
    if merged.was_on and not merged.is_on:
        case.over_at = at
    return _ended(case, line)


def _ended(case: Case, line: Line) -> Line:
    case.save()
    return {**line, "case": case.pk}


def keep_for_files(source: Source, row: Arrival) -> bool:
    """Have the cases of a message that wait remember it, since files come along with it; answer whether any does."""
    waiting = [line["case"] for line in row.outcomes if line["what"] == What.WAITS and "case" in line]
    if source.kind != Source.Kind.OSTICKET or not waiting:
        return False
    return bool(source.cases.filter(pk__in=waiting, waits=True).update(arrival=row))


def files_that_wait(source: Source, case: Case) -> Sequence[File]:
    """Answer the files that came along with what waits."""
    if case.arrival is None:
        return ()
    try:
        signals = read(source, bytes(case.arrival.body), case.arrival.form).signals
    except DomainError:  # of a time when the message was not kept whole
        return ()
    return signals[0].files if signals else ()


def let_go(case: Case) -> None:
    """Nothing waits for the files of its message any more."""
    row, case.arrival = case.arrival, None
    if row is not None and row.size > KEPT_WHOLE:
        row.body = bytes(row.body)[:KEPT_WHOLE]
        row.save(update_fields=["body"])


def draft_of(signal: Signal) -> dict[str, Any]:
    """Answer what a ticket about it would say, as it waits in the tray."""
    return {**{name: getattr(signal, name) for name in DRAFT}, "names": list(signal.names)}


def signal_of(draft: dict[str, Any]) -> Signal:
    """Answer what waited in the tray."""
    return Signal(key="tray", **{name: draft[name] for name in DRAFT if name in draft})


def _moved(source: Source, case: Case, signal: Signal, merged: Merged, at: datetime) -> Line:
    if merged.is_on and not merged.was_on:
        return _began(source, case, signal, at)
    if merged.was_on and not merged.is_on:
        return over(source, case, at)
    if merged.is_on:
        return _goes_on(source, case, signal, merged, at)
    what = What.LATE if merged.late else What.KNOWN if case.ticket_id else What.OVER
    return outcome(what, number=_number(case), about=signal.subject)


def _began(source: Source, case: Case, signal: Signal, at: datetime) -> Line:
    ticket = case.ticket
    if ticket is None:
        return open_ticket(source, case, signal, at)
    if ticket.status in workflow.OPEN:
        _worse(source, ticket, signal, at)
        return _told(source, ticket, _("It is back: %(subject)s") % {"subject": signal.subject}, signal.subject, at)
    if ticket.status != workflow.CANCELLED and _soon(source, case, ticket, at):
        reason = _("%(source)s: it is back after a short time: %(subject)s") % {"source": source.name, "subject": signal.subject}
        if _tried(lambda: tickets.reopen(ticket, actor=source.account, at=_after(ticket, at), reason=reason)) is None:
            return outcome(What.REOPENED, number=ticket.number, about=signal.subject)
    return open_ticket(source, case, signal, at, follows=ticket)


def _soon(source: Source, case: Case, ticket: Ticket, at: datetime) -> bool:
    ends = [each for each in (case.over_at, ticket.resolved_at, ticket.closed_at) if each]
    return bool(ends) and at - max(ends) <= timedelta(minutes=source.flap_minutes)


def _goes_on(source: Source, case: Case, signal: Signal, merged: Merged, at: datetime) -> Line:
    ticket = case.ticket
    if ticket is None:
        return outcome(What.WAITS if case.waits else What.KNOWN, about=signal.subject)
    patience = timedelta(minutes=source.flap_minutes)
    if ticket.status == workflow.RESOLVED and ticket.resolved_at and at - ticket.resolved_at >= patience:
        reason = _("%(source)s: it has been resolved, and is still on: %(subject)s") % {"source": source.name, "subject": signal.subject}
        if _tried(lambda: tickets.reopen(ticket, actor=source.account, at=_after(ticket, at), reason=reason)) is None:
            return outcome(What.REOPENED, number=ticket.number, about=signal.subject)
    if ticket.status in workflow.ENDED:
        return outcome(What.KNOWN, number=ticket.number, about=signal.subject)
    _worse(source, ticket, signal, at)
    words = _changes(merged)
    return _told(source, ticket, words, signal.subject, at) if words else _nothing(ticket, signal, merged)


def _nothing(ticket: Ticket, signal: Signal, merged: Merged) -> Line:
    return outcome(What.LATE if merged.late else What.KNOWN, number=ticket.number, about=signal.subject)


def _changes(merged: Merged) -> str:
    lines = [_("Also on: %(words)s") % {"words": words} for words in merged.began[:SHOWN]]
    lines += [_("Over: %(words)s") % {"words": words} for words in merged.ended[:SHOWN]]
    more = len(merged.began) + len(merged.ended) - len(lines)
    return "\n".join([*lines, *([_("and %(count)s more") % {"count": more}] if more else [])])


def over(source: Source, case: Case, at: datetime) -> Line:
    """It is over: the ticket is resolved where the source's rule says so, else its record says it."""
    ticket = case.ticket
    about = str(case)
    if ticket is None:
        return outcome(What.WAITS if case.waits else What.OVER, about=about)
    if ticket.status not in workflow.OPEN:
        return outcome(What.KNOWN, number=ticket.number, about=about)
    why = ""
    if source.when_over == Source.WhenOver.RESOLVE:
        cause = _("Reported by %(source)s, which has seen it end by itself or by what was done.") % {"source": source.name}
        solution = _("%(source)s says that it is over.") % {"source": source.name}
        refusal = _tried(lambda: tickets.resolve(ticket, actor=_ours(source), at=_after(ticket, at), cause=cause, solution=solution))
        if refusal is None:
            return outcome(What.RESOLVED, number=ticket.number, about=about)
        why = str(refusal)
    line = _told(source, ticket, _("It is over: %(subject)s") % {"subject": about}, about, at)
    return {**line, "why": line["why"] or why[:500]}


def _remarked(source: Source, case: Case, signal: Signal, at: datetime) -> Line:
    case.draft = case.draft or draft_of(signal)
    if case.ticket is None:
        return outcome(What.WAITS if case.waits else What.NOT_DONE, about=signal.subject, why=_("There is no ticket about it."))
    return _told(source, case.ticket, signal.remark or signal.subject, signal.subject, at)


def _told(source: Source, ticket: Ticket, words: str, about: str, at: datetime) -> Line:
    """Say it as who the source acts as: a customer's words, or a note among us. An automatic line is nobody's first response."""
    say = tickets.reply if source.account.is_customer else tickets.note
    refusal = _tried(lambda: say(ticket, actor=source.account, at=_after(ticket, at), text=cut(f"{source.name}: {words}", TEXT)))
    what = What.NOT_DONE if refusal else What.TOLD
    return outcome(what, number=ticket.number, about=about, why=str(refusal or ""))


def _worse(source: Source, ticket: Ticket, signal: Signal, at: datetime) -> None:
    """What has become worse is worse for us as well; what looks better is for a person to judge."""
    severity = signal.severity
    if severity and severity < ticket.severity and ticket.status in workflow.OPEN:
        reason = _("%(source)s says that it is worse now: %(subject)s") % {"source": source.name, "subject": signal.subject}
        _tried(lambda: tickets.set_severity(ticket, actor=_ours(source), at=_after(ticket, at), severity=severity, reason=reason))
        ticket.refresh_from_db()


def _ours(source: Source) -> User | None:
    """Moves that are ours are made by the account, if it is one of ours, else by the desk itself."""
    return None if source.account.is_customer else source.account


def _tried(act: Any) -> DomainError | None:
    """Do something; answer the refusal where it cannot be done, with nothing half done."""
    try:
        with transaction.atomic():
            act()
    except DomainError as refusal:
        return refusal
    return None


def _after(ticket: Ticket, at: datetime) -> datetime:
    """Of two messages that came at once the other may have been first, with a later clock."""
    return max(at, ticket.updated_at)


def _number(case: Case) -> str:
    return case.ticket.number if case.ticket else ""


def open_ticket(source: Source, case: Case, signal: Signal, at: datetime, *, follows: Ticket | None = None) -> Line:
    """Make a ticket where the equipment, the site or the usual site is known; else it waits in the tray."""
    equipment = selectors.meant(source, signal.names)
    site = equipment.site if equipment else selectors.site_called(source, signal.site)
    site = site or selectors.site_of_person(source, signal.contact_email) or source.site
    if site is None:
        case.ticket, case.waits = None, True
        return outcome(What.WAITS, about=signal.subject)
    refusal = _tried(lambda: report(source, case, signal, at, site=site, equipment=equipment, follows=follows))
    if refusal is not None:
        case.ticket, case.waits = None, True
        return outcome(What.WAITS, about=signal.subject, why=str(refusal))
    return outcome(What.OPENED, number=_number(case), about=signal.subject)


def report(
    source: Source, case: Case, signal: Signal, at: datetime, *, site: Site, equipment: Equipment | None, follows: Ticket | None = None
) -> Ticket:
    """Make the ticket of a case."""
    case.round += 1
    files, without = _files(signal)
    lines = [signal.description, *(without and ["", *without])]
    if not equipment and signal.names:
        lines += ["", _("Named by the sender, and not found: %(names)s") % {"names": ", ".join(signal.names)}]
    kind = signal.kind if signal.kind in Kind.values else source.ticket_kind
    draft = tickets.Report(
        kind=kind,
        severity=signal.severity or source.severity,
        subject=signal.subject,
        description=cut("\n".join(lines), TEXT),
        site=site,
        equipment=equipment,
        channel=Channel.API,
        contact_name=signal.contact_name,
        contact_phone=signal.contact_phone,
        contact_email=signal.contact_email,
        external_id=_external_id(source, case, signal),
        follows=follows,
        files=files,
    )
    case.ticket, case.waits = tickets.report(draft, actor=source.account, at=at), False
    Source.objects.filter(pk=source.pk).update(opened=source.opened + 1)
    source.opened += 1
    return case.ticket


def _external_id(source: Source, case: Case, signal: Signal) -> str:
    """Two senders may call different things the same, so the source's own key goes before."""
    own = signal.external_id if signal.external_id and len(signal.external_id) <= 80 else case.digest[:16]  # noqa: PLR2004 - of 120
    return f"{source.key}:{own}" + (f"-{case.round}" if case.round > 1 else "")


def _files(signal: Signal) -> tuple[Sequence[SimpleUploadedFile], list[str]]:
    """Answer the files that can be kept, and in words which cannot: a ticket is not refused for its attachment."""
    kept: list[SimpleUploadedFile] = []
    without: list[str] = []
    for file in signal.files:
        upload = SimpleUploadedFile(file.name, file.content)
        try:
            uploads.check(upload)
        except DomainError as refusal:
            without.append(str(refusal))
        else:
            kept.append(upload)
    return kept, without
