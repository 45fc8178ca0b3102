"""Those a complaint is about neither handle nor judge it, and while it is confidential no surface shows it to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.errors import DomainError
from core.time import now
from documents.models import Document
from loops import services
from loops.models import Opinion
from notifications.models import Message
from sla.models import Escalation
from tests.loops.worlds import make_case, take_to
from tests.worlds import make_ticket, make_user
from tickets import selectors
from tickets import services as tickets
from tickets.services.directory import Directory

pytestmark = pytest.mark.django_db
SUBJECT = "工程师迟到"
DAYS = f"since={now().date() - timedelta(days=4)}&until={now().date()}"


@pytest.fixture
def case():
    return make_case(at=now() - timedelta(hours=30))


def about(case, *people, confidential=True):
    at = now() - timedelta(hours=29)
    return services.concern(case.loop, actor=case.world.manager, at=at, people=people, confidential=confidential)


def client_of(user) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


# --- Nobody it is about has a hand in it --------------------------------------------------------------

HANDS = {
    "is assigned": lambda case, who: tickets.assign(case.loop.ticket, actor=case.world.dispatcher, at=now(), assignee=who),
    "takes it on": lambda case, who: tickets.accept(case.loop.ticket, actor=who, at=now()),
    "speaks with the customer": lambda case, who: tickets.contact(case.loop.ticket, actor=who, at=now(), text="您好"),
    "registers it": lambda case, who: tickets.register(case.loop.ticket, actor=who, at=now()),
    "changes its severity": lambda case, who: tickets.set_severity(case.loop.ticket, actor=who, at=now(), severity=4, reason="小事"),
    "watches it": lambda case, who: tickets.watch(case.loop.ticket, actor=who, at=now()),
    "asks a department": lambda case, who: services.ask(case.loop, actor=who, at=now(), departments=[case.works]),
    "tells the customer": lambda case, who: services.tell(case.loop, actor=who, at=now(), plan="没事"),
    "takes others out": lambda case, who: services.concern(case.loop, actor=who, at=now(), people=[]),
}


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("confidential", [True, False])
def test_who_it_is_about_has_no_hand_in_it(case, hand, confidential):
    who = make_user(role="manager", office=case.world.office)
    about(case, who, confidential=confidential)
    with pytest.raises(DomainError):
        HANDS[hand](case, who)


@pytest.mark.parametrize(("stage", "step"), [("asked", "answer"), ("verifying", "satisfied"), ("verifying", "not_satisfied")])
def test_who_it_is_about_gives_no_opinion_and_judges_nothing(case, stage, step):
    who = make_user(role="dispatcher", office=case.world.office)
    about(case, who, confidential=False)
    loop = take_to(case, stage, now() - timedelta(hours=1))
    acts = {
        "answer": lambda: services.answer(Opinion.objects.get(), actor=who, at=now(), text="不怪我"),
        "satisfied": lambda: services.satisfied(loop, actor=who, at=now(), name="赵主任"),
        "not_satisfied": lambda: services.not_satisfied(loop, actor=who, at=now(), name="赵主任", words="不"),
    }
    with pytest.raises(DomainError) as refused:
        acts[step]()
    assert refused.value.stable_code == "concerned"


def test_who_is_entered_has_it_in_hand_no_more_and_is_offered_it_nowhere(case):
    tickets.assign(case.loop.ticket, actor=case.world.dispatcher, at=now(), assignee=case.worker)
    tickets.watch(case.loop.ticket, actor=case.worker, at=now())
    about(case, case.worker, confidential=False)
    ticket = case.loop.ticket
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert not ticket.watchers.filter(pk=case.worker.pk).exists()
    assert case.worker not in tickets.suggestions(ticket)
    with pytest.raises(DomainError):
        tickets.take_next(actor=case.worker, at=now())


@pytest.mark.parametrize("role", ["office_lead", "manager", "dispatchers", "team", "team_lead", "emergency_team", "assignee"])
def test_no_level_calls_on_who_it_is_about(case, role):
    office, team = case.world.office, case.works
    chief = make_user(role="manager", name="被投诉", office=office)
    chief.teams.add(team)
    office.lead = team.lead = chief
    office.save()
    team.save()
    about(case, chief, confidential=False)
    found = Directory.load(now(), [case.loop.ticket]).find([role], case.loop.ticket)
    assert chief.pk not in found
    assert chief.pk not in Directory.load(now(), [case.loop.ticket]).above(case.loop.ticket)


def test_a_deputy_who_is_concerned_is_not_told_in_somebodys_place(case):
    from accounts import absences  # noqa: F401 - the module whose cover is used
    from accounts.models import Absence

    world = case.world
    world.office.lead = world.manager
    world.office.save()
    deputy = make_user(role="engineer", name="代理", office=world.office)
    Absence.objects.create(
        person=world.manager, deputy=deputy, starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=1), created_at=now()
    )
    assert deputy.pk in Directory.load(now(), [case.loop.ticket]).find(["office_lead"], case.loop.ticket)
    about(case, deputy, confidential=False)
    assert deputy.pk not in Directory.load(now(), [case.loop.ticket]).find(["office_lead"], case.loop.ticket)


def test_nobody_of_theirs_and_nobody_on_a_fault_is_concerned(case):
    with pytest.raises(DomainError):
        about(case, case.world.customer)
    fault = make_ticket(case.world, at=now())
    with pytest.raises(DomainError):
        tickets.concern(fault, [case.worker], actor=case.world.manager, at=now())


# --- No surface shows it ------------------------------------------------------------------------------


SURFACES = {
    "the queue": lambda _case: reverse("tickets:queue"),
    "the queue, all states": lambda _case: f"{reverse('tickets:queue')}?state=all",
    "the search": lambda _case: f"{reverse('tickets:queue')}?q=迟到",
    "its number": lambda case: f"{reverse('tickets:queue')}?q={case.loop.ticket.number}",
    "its page": lambda case: case.loop.ticket.get_absolute_url(),
    "its history": lambda case: f"{case.loop.ticket.get_absolute_url()}history/",
    "a linked ticket": lambda case: _linked(case).get_absolute_url(),
    "another ticket of the customer": lambda case: make_ticket(case.world, at=now()).get_absolute_url(),
    "the escalations": lambda _case: f"{reverse('tickets:escalations')}?state=all",
    "the dashboard": lambda _case: reverse("tickets:dashboard"),
    "the tickets behind a figure": lambda _case: f"{reverse('tickets:figures_tickets')}?figure=reported&{DAYS}",
    "the promises behind a figure": lambda _case: f"{reverse('tickets:figures_tickets')}?figure=promises&{DAYS}",
    "a figure as a file": lambda _case: f"{reverse('tickets:figures_tickets_export', args=['csv'])}?figure=reported&{DAYS}",
    "the loops": lambda _case: f"{reverse('loops:list')}?stage=all",
    "its loop": lambda case: case.loop.get_absolute_url(),
    "the documents": lambda _case: reverse("documents:list"),
    "its tracking form": lambda _case: _form().get_absolute_url(),
    "the inbox": lambda _case: reverse("notifications:inbox"),
    "the dispatch board": lambda _case: reverse("visits:board"),
    "tickets over REST": lambda _case: "/api/v1/tickets/",
    "tickets by words over REST": lambda _case: "/api/v1/tickets/?q=迟到",
    "the ticket over REST": lambda case: f"/api/v1/tickets/{case.loop.ticket.number}/",
    "its record over REST": lambda case: f"/api/v1/tickets/{case.loop.ticket.number}/events/",
    "its clocks over REST": lambda case: f"/api/v1/tickets/{case.loop.ticket.number}/clocks/",
    "its file over REST": lambda case: f"/api/v1/tickets/{case.loop.ticket.number}/files/{_file(case).pk}/",
    "loops over REST": lambda _case: "/api/v1/loops/",
    "the loop over REST": lambda case: f"/api/v1/loops/{case.loop.ticket.number}/",
    "visits over REST": lambda _case: "/api/v1/visits/",
}


SILENT = {
    "the dashboard", "the dispatch board", "visits over REST", "its clocks over REST", "its record over REST", "its file over REST",
    "its history", "the promises behind a figure",
}  # fmt: skip
"""Surfaces that show nothing of it to others either, or not by its words: only the answer's code tells there."""


def _form():
    return Document.objects.filter(kind="complaint_tracking").latest("pk")


def _linked(case):
    other = make_ticket(case.world, at=now())
    tickets.link(other, case.loop.ticket, "related", actor=case.world.manager, at=now())
    return other


def _file(case):
    upload = SimpleUploadedFile("a.txt", "证据".encode())
    return tickets.attach(case.loop.ticket, actor=case.world.manager, at=now(), upload=upload)


def _shown(client, case, surface):
    address = SURFACES[surface](case)
    answer = client.get(address)
    body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
    told = SUBJECT in body or (case.loop.ticket.number in body and case.loop.ticket.number not in address)
    return answer.status_code, told


@pytest.mark.once
@pytest.mark.parametrize("surface", SURFACES)
def test_while_it_is_confidential_no_surface_shows_it_to_who_it_is_about(case, surface):
    who, other = (make_user(role="manager", office=case.world.office) for _each in range(2))
    tickets.note(case.loop.ticket, actor=case.world.dispatcher, at=now() - timedelta(hours=29), text=f"@{who.name} @{other.name} 请看")
    take_to(case, "asked", now() - timedelta(hours=29))
    tickets.escalate_due(now())
    about(case, who)
    code, told = _shown(client_of(who), case, surface)
    assert not told, surface
    assert code in (200, 404), surface
    code, told = _shown(client_of(other), case, surface)
    assert code == 200 or surface.startswith("its file"), surface
    if surface not in SILENT:
        assert told, f"{surface}: the test must be able to fail"


def test_messages_that_were_written_are_taken_back_and_no_more_are_written(case):
    who = make_user(role="manager", office=case.world.office)
    tickets.note(case.loop.ticket, actor=case.world.dispatcher, at=now(), text=f"@{who.name} 请看")
    services.ask(case.loop, actor=case.world.dispatcher, at=now(), departments=[case.works])
    assert Message.objects.filter(recipient=who).exists()
    about(case, who)
    assert not Message.objects.filter(recipient=who).exists()
    tickets.note(case.loop.ticket, actor=case.world.dispatcher, at=now(), text=f"@{who.name} 再看")
    services.watch_next_batch(now() + timedelta(days=1))
    tickets.escalate_due(now() + timedelta(days=20))
    assert not Message.objects.filter(recipient=who).exists()


def test_everybody_else_sees_it_and_so_does_who_it_is_about_when_it_is_open(case):
    about(case, case.worker, confidential=False)
    assert selectors.tickets_for(case.worker).filter(pk=case.loop.ticket_id).exists()
    about(case, case.worker, confidential=True)
    assert not selectors.tickets_for(case.worker).filter(pk=case.loop.ticket_id).exists()
    assert not selectors.queue_for(case.worker).filter(pk=case.loop.ticket_id).exists()
    for user in (case.seller, case.world.manager, case.world.customer, case.world.supervisor):
        assert selectors.tickets_for(user).filter(pk=case.loop.ticket_id).exists()


def test_a_report_that_names_people_tells_them_nothing_of_it():
    world_case = make_case(at=now())
    world = world_case.world
    draft = tickets.Report(
        kind="complaint", severity=2, subject=SUBJECT, site=world.site, concerned=[world.dispatcher], is_confidential=True
    )
    Message.objects.all().delete()
    tickets.report(draft, actor=world.customer, at=now())
    assert not Message.objects.filter(recipient=world.dispatcher).exists()


BESIDE = {
    "tags it": lambda case, who, _other: tickets.tag(case.loop.ticket, ["小事"], actor=who, at=now()),
    "links it": lambda case, who, other: tickets.link(case.loop.ticket, other, "related", actor=who, at=now()),
    "links to it": lambda case, who, other: tickets.link(other, case.loop.ticket, "related", actor=who, at=now()),
    "adds a file": lambda case, who, _other: tickets.attach(
        case.loop.ticket, actor=who, at=now(), upload=SimpleUploadedFile("a.txt", "证据".encode())
    ),
    "takes care of a level": lambda case, who, _other: tickets.acknowledge(_level(case), actor=who, at=now()),
}


def _level(case):
    if case.loop.stage == "said":
        take_to(case, "asked", now() - timedelta(hours=29))
    tickets.escalate_due(now())
    return Escalation.objects.filter(clock__commitment__ticket=case.loop.ticket, outcome="fired").first()


@pytest.mark.parametrize("hand", BESIDE)
def test_who_it_is_about_does_nothing_beside_the_workflow_either(case, hand):
    who = make_user(role="manager", office=case.world.office)
    other = make_ticket(case.world, at=now())
    about(case, who, confidential=False)
    BESIDE[hand](case, case.world.manager, other)
    with pytest.raises(DomainError) as refused:
        BESIDE[hand](case, who, other)
    assert refused.value.stable_code == "concerned"


def test_a_level_of_a_confidential_complaint_is_not_found_and_left_out_of_many(case):
    who = make_user(role="manager", office=case.world.office)
    level = _level(case)
    about(case, who)
    client = client_of(who)
    assert client.post(reverse("tickets:acknowledge", args=[level.pk])).status_code == 404
    assert client.post(reverse("tickets:acknowledge_many"), {"escalation": [level.pk]}).status_code == 302
    level.refresh_from_db()
    assert level.acknowledged_at is None
