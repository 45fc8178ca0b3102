"""What came from there is done here, through the services that everybody uses, as the connection's account: all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from peers import words
from peers.engine import routes
from peers.models import Conflict, Outgoing
from peers.models.exchange import Field
from peers.services.standing import Judgement, judge
from tickets import services as tickets
from tickets.errors import MoveNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from peers.adaptors.peer import Line
    from peers.services.standing import Meeting
    from tickets.models import Ticket

Files = dict[str, bytes]


def apply(meeting: Meeting, files: Mapping[str, bytes]) -> None:
    """Bring a linked ticket to where it stands over there, line by line; what our workflow does not take is a problem for people.

    Call in one transaction with the row of the link, under the ticket's lock.
    """
    judged = [found for name in Field.values if (found := judge(meeting, name)) is not None]
    following = {each.name for each in judged if each.follows_them}
    waiting = list(meeting.link.outgoing.filter(state=Outgoing.State.WAITING, is_creation=False))
    for each in judged:
        _settle(meeting, each, [row for row in waiting if each.name in row.values])
    _values(meeting, following - {Field.STATUS})
    for line in meeting.document.lines:
        if line.seq > meeting.link.seq or meeting.link.wants_words:
            _line(meeting, line, files, moves=Field.STATUS in following and line.seq > meeting.link.seq)
    if Field.STATUS in following:
        _stand(meeting, meeting.stands_for(Field.STATUS), words.reasons("", {}, meeting.connection.name), _unreached(meeting))
    _values(meeting, following - {Field.STATUS}, is_last=True)
    meeting.link.seq = max([meeting.link.seq, *(line.seq for line in meeting.document.lines)])
    meeting.link.wants_words = False


def _settle(meeting: Meeting, judged: Judgement, waiting: list[Outgoing]) -> None:
    """Write down what was common last, and what becomes of what waits to be sent."""
    link, name = meeting.link, judged.name
    link.base[name] = judged.stand.theirs
    if judged.is_conflict:
        Conflict.objects.create(
            link=link, connection=meeting.connection, at=meeting.at, field=name, ours=judged.stand.ours, theirs=judged.stand.theirs,
            before=judged.stand.before or "", winner=judged.verdict, rule=judged.rule, is_final=judged.is_final,
        )  # fmt: skip
    if judged.follows_them:
        for row in waiting:
            row.values.pop(name)
            row.save(update_fields=["values"])
    elif judged.verdict == "ours" and not waiting and meeting.connection.tells:
        Outgoing.objects.create(link=link, values={name: getattr(meeting.ticket, name)}, made_at=meeting.at)


def _values(meeting: Meeting, names: set[str], *, is_last: bool = False) -> None:
    """Follow them in severity and kind; what a solved ticket does not take is tried again when it may be open."""
    for name in sorted(names):
        value = meeting.maps.into(name, meeting.document.values[name])
        if meeting.is_same(name) or value is None:
            continue
        try:
            with transaction.atomic():
                _set(meeting, name, value)
        except DomainError as refusal:
            if is_last:
                meeting.problems.append(_("Their %(field)s cannot be taken: %(why)s") % {"field": Field(name).label, "why": refusal})


def _set(meeting: Meeting, name: str, value: str) -> None:
    given: dict[str, Any] = {"actor": meeting.connection.account, "at": meeting.at}
    why = _("Changed by %(name)s") % {"name": meeting.connection.name}
    if name == Field.SEVERITY:
        change = tickets.set_severity if meeting.ticket.is_open else tickets.correct_severity
        change(meeting.ticket, severity=int(value), reason=why, **given)
    else:
        tickets.register(meeting.ticket, kind=value, text=why, **given)
    meeting.ticket.refresh_from_db()


def _line(meeting: Meeting, line: Line, files: Mapping[str, bytes], *, moves: bool) -> None:
    """Take one line: where it led the ticket, what it says and what came with it."""
    if line.is_mine:
        if line.seq > meeting.link.seq:
            _carried(meeting, line)
        return
    made = False
    if line.status and moves:
        canon = meeting.maps.canon(Field.STATUS, line.status)
        facts = words.reasons(line.text, line.facts, meeting.connection.name)
        made = _stand(meeting, lambda ours: meeting.maps.out(Field.STATUS, ours) == canon, facts, "")
    if not line.is_public and not meeting.connection.shares_notes:
        return
    text = line.text if line.is_words or (line.status and not made and line.author) else ""
    if text or line.files:
        _say(meeting, line, text, [_upload(line, meeting, files, file.key) for file in line.files if file.key in files])


def _carried(meeting: Meeting, line: Line) -> None:
    """A line of our own over there: the words of the message that made that move have arrived with it."""
    if not line.status:
        return
    canon = meeting.maps.canon(Field.STATUS, line.status)
    for row in meeting.link.outgoing.filter(state=Outgoing.State.WAITING).order_by("id"):
        if row.progress.get("moving") == canon and not row.progress.get("carried"):
            row.progress["carried"] = True
            row.save(update_fields=["progress"])
            return


def _upload(line: Line, meeting: Meeting, files: Mapping[str, bytes], key: str) -> tuple[str, SimpleUploadedFile]:
    file = next(file for file in line.files if file.key == key)
    return f"{meeting.link.key}/{file.key}", SimpleUploadedFile(file.name, files[key], file.content_type)


def _say(meeting: Meeting, line: Line, text: str, uploads: list[tuple[str, SimpleUploadedFile]]) -> None:
    given: dict[str, Any] = {"actor": meeting.connection.account, "at": meeting.at}
    if text:
        origin = tickets.Origin(line.author[:80], f"{meeting.link.key}#{line.seq}")
        _tried(meeting, lambda: _comment(meeting, text, is_public=line.is_public, origin=origin, **given))
    for key, upload in uploads:
        origin = tickets.Origin(line.author[:80], key)

        def attach(upload: SimpleUploadedFile = upload, origin: Any = origin) -> object:
            return tickets.attach(meeting.ticket, upload=upload, is_public=line.is_public, origin=origin, **given)

        _tried(meeting, attach)
    meeting.ticket.refresh_from_db()


def _comment(meeting: Meeting, text: str, *, is_public: bool, **given: Any) -> Ticket:
    """Say it as the account; what is public and comes after the close can only be kept as a note."""
    try:
        with transaction.atomic():
            return tickets.comment(meeting.ticket, text=text, internal=not is_public, **given)
    except MoveNotAllowed:
        if not is_public or meeting.connection.account.is_customer:
            raise
        return tickets.note(meeting.ticket, text=text, **given)


def _tried(meeting: Meeting, act: Callable[[], object]) -> None:
    try:
        with transaction.atomic():
            act()
    except DomainError as refusal:
        meeting.problems.append(_("What they wrote cannot be taken: %(why)s") % {"why": refusal})


def _unreached(meeting: Meeting) -> str:
    """Answer what to say where no move of ours leads to where they stand."""
    return _("Their status “%(status)s” cannot be taken while the ticket is “%(ours)s” here.") % {
        "status": meeting.document.values["status"],
        "ours": meeting.ticket.get_status_display(),
    }


def _stand(meeting: Meeting, is_wanted: Callable[[str], bool], facts: Mapping[str, str], complaint: str) -> bool:
    """Lead our ticket to a status by moves of the account; answer whether any was made. Without a complaint a dead end is passed over."""
    way = routes.route(meeting.ticket.status, is_wanted, side=meeting.side)
    if not way:
        if way is None and complaint:
            meeting.problems.append(complaint)
        return False
    try:
        with transaction.atomic():
            for move in way:
                _make(meeting, move, facts)
    except DomainError as refusal:
        if complaint:
            meeting.problems.append(f"{complaint} {refusal}")
        return False
    return True


MOVES: dict[str, tuple[Callable[..., Ticket], tuple[str, ...]]] = {
    "accept": (tickets.accept, ()),
    "resume": (tickets.resume, ("text",)),
    "hold": (tickets.hold, ("owner", "cause")),
    "resolve": (tickets.resolve, ("cause", "solution", "prevention")),
    "confirm": (tickets.confirm, ("text",)),
    "close": (tickets.close, ("reason",)),
    "reject": (tickets.reject, ("reason",)),
    "reopen": (tickets.reopen, ("reason",)),
    "cancel": (tickets.cancel, ("reason",)),
}


def _make(meeting: Meeting, name: str, facts: Mapping[str, str]) -> None:
    service, takes = MOVES[name]
    given = {key: facts[key] for key in takes if facts.get(key)}
    if name == "hold":
        given.setdefault("owner", "third_party")
    service(meeting.ticket, actor=meeting.connection.account, at=meeting.at, **given)
    meeting.ticket.refresh_from_db()
