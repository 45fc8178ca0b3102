"""The customer was reached: what they said is kept, and goes where somebody acts on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from care import engine
from care.models import OPEN, Call, CallItem, Kind, Level, Outcome, Result, State, Status
from care.services import owing
from care.services.trying import noted
from care.services.working import held_row
from core.errors import Invalid
from core.record import save_by
from loops import services as loops
from loops.models import Source
from tickets import services as tickets
from tickets.errors import MoveNotAllowed
from tickets.models import Channel, Ticket, TicketLink
from tickets.models import Status as TicketStatus
from tickets.workflow import LOOPED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from accounts.models import User
    from loops.models import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSaid:
    """What was said about one equipment of an inquiry."""

    item: int
    state: str
    level: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What was said in a call: answers by the code of their question, the customer's words, and each equipment of an inquiry."""

    answers: Mapping[str, str] = field(default_factory=dict)
    items: Sequence[ItemSaid] = ()
    words: str = ""
    level: str = Level.NORMAL
    spoke_with: str = ""
    minutes: int | None = None


@transaction.atomic
def conclude(call: Call, said: Conclusion, *, actor: User | None, at: datetime) -> Call:
    """Keep what the customer said; what came back opens the fault again, what they are not satisfied with goes round until they are."""
    row = held_row(call, actor)
    answers = _answers(row, said.answers)
    items = _items(row, said.items)
    judged = engine.judged(row.script.questions, answers)
    noted(row, actor=actor, at=at, result=Result.REACHED)
    row.answers = answers
    _keep(row, said, judged, items, at)
    row.ended_at, row.ended_by, row.draft = at, actor, {}
    row.claimed_by = row.claimed_at = None
    save_by(row, actor, at=at)  # before the ticket moves: who hears of that finds the call made
    if row.kind == Kind.CALLBACK:
        _follow_up(row, actor, at)
    if row.outcome == Outcome.DISSATISFIED or judged.finding:
        row.loop = _loop(row, judged.finding, said.level, actor, at)
    save_by(row, actor, at=at)
    _answer_for(row, items, actor, at)
    owing.met(row, actor=actor, at=at, times=len(items) if row.kind == Kind.INQUIRY else 1)
    return row


def _answers(row: Call, given: Mapping[str, str]) -> dict[str, str]:
    """Answer what was said to the script's questions; refuse what is missing or no answer, by the question's field."""
    found = {}
    for question in row.script.questions:
        answer, name = str(given.get(question["code"], "")).strip(), f"q-{question['code']}"
        if not answer:
            if question["required"]:
                raise Invalid(
                    _("Ask “%(question)s” and choose what was said.") % {"question": question["text"]}, field=name, code="required"
                )
            continue
        if answer not in allowed(question) and question["kind"] != "words":
            raise Invalid(_("Choose one of the answers."), field=name, code="invalid_choice")
        found[question["code"]] = answer[:4000]
    return found


def allowed(question: Mapping[str, Any]) -> list[str]:
    """Answer the codes that can be said to a question; of words there are none."""
    if question["kind"] == "yes_no":
        return ["yes", "no"]
    if question["kind"] == "score":
        return ["1", "2", "3", "4", "5"]
    return [option["code"] for option in question["options"]]


def _items(row: Call, given: Sequence[ItemSaid]) -> list[tuple[CallItem, ItemSaid]]:
    """Answer each equipment with what was said about it; none is left out."""
    said = {each.item: each for each in given}
    found = []
    for item in row.items.select_for_update(of=("self",)).select_related("equipment").order_by("pk"):
        each = said.get(item.pk)
        if each is None or each.state not in State.values:
            raise Invalid(_("Say how “%(equipment)s” does.") % {"equipment": item.equipment}, field=f"i-{item.pk}-state", code="required")
        if each.state == State.FEEDBACK and (each.level not in Level.values or not each.words.strip()):
            missing = "level" if each.level not in Level.values else "words"
            sentence = _("Feedback on “%(equipment)s” needs a level and the customer's words.") % {"equipment": item.equipment}
            raise Invalid(sentence, field=f"i-{item.pk}-{missing}", code="required")
        found.append((item, each))
    return found


def _keep(row: Call, said: Conclusion, judged: engine.Judged, items: Sequence[Any], at: datetime) -> None:
    row.status = Status.DONE
    row.came_back, row.satisfied = judged.came_back, judged.satisfied
    row.words, row.spoke_with, row.minutes = said.words.strip(), said.spoke_with.strip()[:80], said.minutes
    feedback = any(each.state == State.FEEDBACK for _item, each in items)
    row.outcome = _outcome(judged, feedback=feedback)
    for item, each in items:
        item.state, item.level, item.words = each.state, each.level if each.state == State.FEEDBACK else "", each.words.strip()
        item.asked_at = at
        item.save()


def _outcome(judged: engine.Judged, *, feedback: bool) -> Outcome:
    if judged.came_back:
        return Outcome.CAME_BACK
    if judged.satisfied is False:
        return Outcome.DISSATISFIED
    return Outcome.FEEDBACK if feedback or judged.finding else Outcome.FINE


# --- Where it goes --------------------------------------------------------------------------------


def _follow_up(row: Call, actor: User | None, at: datetime) -> None:
    """Make the ticket's follow-up, on which its clock stops; came back: it is opened again with the words."""
    ticket = row.ticket
    if ticket is None:
        return
    if ticket.kind in LOOPED or ticket.status not in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        if row.came_back:
            _report_again(row, ticket, actor, at)
        return
    outcome = "came_back" if row.came_back else "fine"
    try:
        with transaction.atomic():
            tickets.follow_up(ticket, actor=actor, at=at, outcome=outcome, text=_words(row))
    except MoveNotAllowed:  # closed too long ago to be opened again
        tickets.follow_up(ticket, actor=actor, at=at, outcome="fine", text=_words(row))
        _report_again(row, ticket, actor, at)
    _ask_once(row, ticket, at)


def _ask_once(row: Call, ticket: Ticket, at: datetime) -> None:
    """Other call-backs about the same ticket are answered by this one: nobody is called twice about the same."""
    others = Call.objects.select_for_update(of=("self",)).filter(ticket=ticket, kind=Kind.CALLBACK, status__in=OPEN).exclude(pk=row.pk)
    for other in others.order_by("pk"):
        other.status, other.outcome, other.satisfied, other.came_back = Status.DONE, row.outcome, row.satisfied, row.came_back
        other.words, other.ended_at, other.ended_by = _("Asked in %(call)s.") % {"call": row.number}, at, row.ended_by
        other.claimed_by = other.claimed_at = None
        save_by(other, row.ended_by, at=at)
        owing.met(other, actor=row.ended_by, at=at)


def _report_again(row: Call, ticket: Ticket, actor: User | None, at: datetime) -> None:
    """What came back about a ticket that cannot be opened again is reported anew and linked; about one that is open, it is noted."""
    if ticket.is_open:
        tickets.note(ticket, actor=actor, at=at, text=_words(row))
        return
    report = tickets.Report(
        kind=ticket.kind,
        severity=ticket.severity,
        subject=ticket.subject,
        description=_words(row),
        site=ticket.site,
        equipment=ticket.equipment,
        channel=Channel.PHONE,
        contact_name=row.spoke_with or row.contact_name,
        contact_phone=row.contact_phone,
    )
    row.opened = tickets.report(report, actor=actor, at=at)
    tickets.link(row.opened, ticket, TicketLink.Kind.FOLLOWS, actor=actor, at=at)


def _words(row: Call) -> str:
    """Say for the record what was said, with every answer."""
    asked = [(question, row.answers.get(question["code"])) for question in row.script.questions]
    lines = [f"{question['text']} {said_to(question, answer)}" for question, answer in asked if answer]
    return "\n".join([*filter(None, [row.words]), *lines, row.number])


def said_to(question: Mapping[str, Any], answer: str) -> str:
    """Answer an answer in words."""
    if question["kind"] == "yes_no":
        return _("yes") if answer == "yes" else _("no")
    return next((str(option["text"]) for option in question["options"] if option["code"] == answer), answer)


def _loop(row: Call, finding: str, level: str, actor: User | None, at: datetime) -> Loop | None:
    site = row.site
    if site is None:
        return None
    words = "\n".join(filter(None, (finding, row.words))) or _words(row)
    subject = _("Not satisfied: %(about)s") if row.outcome == Outcome.DISSATISFIED else _("Found in a call: %(about)s")
    said = loops.Said(
        source=Source.CARE,
        key=f"care:call:{row.pk}",
        site=site,
        level=_severity(level),
        subject=(subject % {"about": row.subject})[:200],
        words=words,
        about=row.ticket,
        **_speaker(row),
    )
    return loops.open_loop(said, actor=actor, at=at)


def _severity(level: str) -> int:
    return Level(level).severity if level in Level.values else Level.NORMAL.severity


def _speaker(row: Call) -> dict[str, Any]:
    link = reverse("care:call", args=[row.pk])
    return {
        "contact_name": row.spoke_with or row.contact_name,
        "contact_phone": row.contact_phone,
        "channel": Channel.PHONE,
        "link": link,
    }


def _answer_for(row: Call, items: Sequence[tuple[CallItem, ItemSaid]], actor: User | None, at: datetime) -> None:
    """Feedback on an equipment is answered within its level's time (P2)."""
    for item, _said in items:
        if item.state != State.FEEDBACK or row.site is None:
            continue
        subject = _("Feedback on %(equipment)s") % {"equipment": item.equipment}
        said = loops.Said(
            source=Source.INQUIRY,
            key=f"inquiry:item:{item.pk}",
            site=row.site,
            equipment=item.equipment,
            level=Level(item.level).severity,
            subject=subject[:200],
            words=item.words,
            **_speaker(row),
        )
        item.loop = loops.open_loop(said, actor=actor, at=at)
        item.save(update_fields=["loop"])
