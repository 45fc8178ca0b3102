"""Who sees what of an archive: never more than where it was written."""

from __future__ import annotations

import pytest
from django.db.models import Q

from archive import selectors
from archive.scope import Scope
from archive.sources import all_sources
from customers import services as customers
from documents.models import Document
from tests.archive.worlds import DAYS, ask, colleague, entries, kinds, make_history
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import selectors as tickets
from tickets.figures.period import Period
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_promising_world()


def test_an_archive_opens_to_whoever_it_concerns(world):
    rows = {
        "organization": (world.organization, {"supervisor", "engineer", "manager"}),
        "site": (world.site, {"customer", "supervisor", "engineer", "manager"}),
        "equipment": (world.equipment, {"customer", "supervisor", "engineer", "manager"}),
    }
    for kind, (thing, people) in rows.items():
        for role in ("customer", "supervisor", "stranger", "engineer", "manager"):
            found = selectors.scope_of(world.person(role), kind, thing.pk)
            assert (found is not None) == (role in people), (kind, role)
    assert selectors.scope_of(world.manager, "nonsense", 1) is None


def test_a_customer_opens_no_other_site_and_a_stranger_nothing(world):
    second = colleague(world)
    assert selectors.scope_of(second, "site", world.site.pk) is None
    assert selectors.scope_of(second, "equipment", world.equipment.pk) is None
    assert selectors.scope_of(second, "site", world.other_site.pk) is not None


def test_what_strangers_are_answered_is_empty_in_every_source():
    world = make_history()
    for thing in (world.organization, world.site, world.equipment):
        scope = Scope.of(thing)
        seen = {source.kind: source.within(world.stranger, scope).count() for source in all_sources()}
        assert not any(seen.values()), seen
        assert entries(world.stranger, thing) == []


def test_customers_see_people_and_reports_as_supervisors_only():
    world = make_history()
    assert {"person", "report"} <= kinds(world.supervisor, world.organization)
    assert not {"person", "report"} & kinds(world.customer, world.organization)


def test_an_internal_line_of_a_record_is_nothing_for_customers(world):
    ticket = make_ticket(world)
    ticket.events.create(seq=99, type="diagnosis_delivered", at=NOON, is_public=False, facts={"cause": "内部判断"})
    [ours], [theirs] = (
        [entry for entry in entries(person, world.site) if entry.kind == "ticket"] for person in (world.engineer, world.customer)
    )
    assert "内部判断" in str(ours.facts)
    assert "内部判断" not in str(theirs.facts)


@pytest.fixture
def hide(monkeypatch):
    """Let a ticket be one that a person may not know of, as confidential ones are."""

    def hide(ticket: Ticket) -> None:
        seen = tickets.tickets_for

        def without(user):
            return seen(user).filter(~Q(pk=ticket.pk))

        monkeypatch.setattr(tickets, "tickets_for", without)

    return hide


def test_nothing_of_a_hidden_ticket_leaks_into_entry_paper_number_or_search():
    world = make_history()
    papers = {row.full_number for row in Document.objects.filter(Q(about__startswith="ticket/") | Q(about__startswith="visit/"))}
    assert papers
    before = kinds(world.engineer, world.organization)
    assert {"ticket", "visit", "part", "survey", "document"} <= before
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tickets, "tickets_for", lambda _user: Ticket.objects.none())
        after = entries(world.engineer, world.organization)
        assert not {"ticket", "visit", "part", "survey"} & {entry.kind for entry in after}
        assert not {entry.title.split()[0] for entry in after if entry.kind == "document"} & papers
        summary = selectors.summary(world.engineer, Scope.of(world.organization), Period(DAYS.first, DAYS.last), at=NOON)
        assert summary.figures[0].number == "0"
        assert (summary.tickets.count, summary.troubles) == (0, [])


def test_one_hidden_ticket_leaves_the_others(world, hide):
    shown, secret = make_ticket(world, subject="能看到"), make_ticket(world, subject="保密投诉")
    hide(secret)
    told = " ".join(entry.title for entry in entries(world.engineer, world.organization))
    assert shown.number in told
    assert secret.number not in told


def test_downtime_and_configuration_follow_the_equipment(world):
    customers.record_configuration(world.equipment, what="内存", after="128 GB", actor=world.engineer, at=NOON)
    customers.record_configuration(world.other_equipment, what="磁盘", after="8 TB", actor=world.engineer, at=NOON)
    seen = {entry.title for entry in entries(colleague(world), world.organization) if entry.kind == "configuration"}
    assert seen == {"磁盘"}


def test_a_narrower_place_is_of_the_same_archive_or_not_found(world):
    scope, manager = Scope.of(world.organization), world.manager
    strange = world.stranger.membership.organization.sites.get()
    assert selectors.narrowed(manager, scope) == scope
    assert selectors.narrowed(manager, scope, site=world.site.pk).site == world.site
    assert selectors.narrowed(manager, scope, equipment=world.equipment.pk).equipment == world.equipment
    assert selectors.narrowed(manager, scope, site=strange.pk) is None
    site = Scope.of(world.site)
    assert selectors.narrowed(manager, site, equipment=world.other_equipment.pk) is None


def test_exports_are_seen_by_their_askers_only(world):
    row = ask(world)
    assert list(selectors.exports_for(world.supervisor)) == [row]
    for role in ("customer", "stranger", "manager", "admin"):
        assert not selectors.exports_for(world.person(role)).exists()
