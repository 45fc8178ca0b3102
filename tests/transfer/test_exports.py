"""Everything of an organization as a file: what its asker may see, nothing of anybody else, and this desk reads it back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core.errors import NotAllowed
from customers.models import Contract, Equipment, Organization, Site
from integrations import services as changes
from tests.archive.worlds import make_history
from tests.transfer.files import upload
from tests.transfer.worlds import AT, brought
from tests.worlds import NOON, make_customer, make_promising_world, make_site, make_ticket
from tickets import services as tickets
from tickets.models import Attachment, Event, Ticket
from transfer import selectors, services
from transfer.errors import NotReady, TooMany
from transfer.services import asking

if TYPE_CHECKING:
    from transfer.models import DataExport

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def ask(world: Any, actor: Any = None, **given: Any) -> DataExport:
    return services.ask(given.pop("organization", world.organization), language="en", actor=actor or world.supervisor, at=AT)


def made(world: Any, actor: Any = None, **given: Any) -> DataExport:
    row = ask(world, actor, **given)
    assert services.make_next(lambda: AT) == 1
    row.refresh_from_db()
    assert row.state == "done", row.trouble
    return row


def content(row: DataExport) -> bytes:
    with default_storage.open(row.file.name) as file:
        return file.read()


def opened(row: DataExport) -> dict[str, list[dict[str, Any]]]:
    book = zipfile.ZipFile(io.BytesIO(content(row)))
    return {
        name[:-6]: [json.loads(line) for line in book.read(name).decode().splitlines()]
        for name in book.namelist()
        if name.endswith(".jsonl")
    }


def speak(world: Any) -> Ticket:
    """A ticket with a reply, an answer, a note and files, solved and closed."""
    ticket = make_ticket(world, at=NOON, description="从中午开始")
    upload_ = SimpleUploadedFile("log.txt", b"error 42")
    tickets.reply(ticket, actor=world.customer, at=NOON + MINUTE, text="还是不行", files=[upload_])
    tickets.contact(ticket, actor=world.engineer, at=NOON + 2 * MINUTE, text="正在查")
    tickets.note(ticket, actor=world.engineer, at=NOON + 3 * MINUTE, text="内部：换过内存")
    tickets.attach(ticket, actor=world.engineer, at=NOON + 3 * MINUTE, upload=SimpleUploadedFile("inside.txt", b"for us"), is_public=False)
    tickets.resolve(ticket, actor=world.engineer, at=NOON + 4 * MINUTE, cause="内存", solution="更换内存")
    tickets.confirm(ticket, actor=world.customer, at=NOON + 5 * MINUTE)
    ticket.refresh_from_db()
    return ticket


# --- What is in it --------------------------------------------------------------------------------


def test_a_file_holds_every_kind_with_counts_and_hashes():
    world = make_history()
    speak(world)
    row = made(world, world.manager)
    book = zipfile.ZipFile(io.BytesIO(content(row)))
    manifest = json.loads(book.read("manifest.json"))
    assert hashlib.sha256(content(row)).hexdigest() == row.sha256
    names = set(book.namelist()) - {"manifest.json"}
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        name: hashlib.sha256(book.read(name)).hexdigest() for name in names
    }
    found = opened(row)
    assert {name: len(rows) for name, rows in found.items()} == manifest["counts"] == row.counts
    assert set(found) == {kind.name for kind in selectors.ALL}
    there = {name for name, rows in found.items() if rows}
    assert there >= {
        "organizations", "sites", "people", "equipment", "contracts", "tickets", "comments", "events", "attachments", "clocks", "visits",
        "inspections", "inspection_results", "findings", "surveys", "survey_answers", "survey_values", "documents", "parts", "reports",
    }  # fmt: skip
    assert any(name.startswith("documents/") and book.read(name).startswith(b"%PDF") for name in names)
    assert any(name.startswith("attachments/") and book.read(name) == b"error 42" for name in names)
    assert (manifest["schema"], manifest["made_for"], manifest["organization"]["code"]) == (1, world.manager.name, world.organization.code)
    assert {row["author"] for row in found["comments"]} >= {world.engineer.email, world.customer.email}


def test_a_supervisor_is_given_what_the_portal_shows_and_no_more():
    world = make_promising_world()
    ticket = speak(world)
    found = opened(made(world))
    assert [row["text"] for row in found["comments"]] == ["还是不行", "正在查"]
    assert {row["id"] for row in found["events"]} == set(ticket.events.filter(is_public=True).values_list("pk", flat=True))
    assert [row["name"] for row in found["attachments"]] == ["log.txt"]
    assert not [name for name in zipfile.ZipFile(io.BytesIO(content(made(world)))).namelist() if "inside" in name]
    assert found["escalations"] == []
    assert "head_hash" not in found["tickets"][0]
    assert {row["author"] for row in found["comments"]} == {world.customer.email, ""}, "our people's addresses are not the customer's"


def test_nothing_of_another_organization_is_inside_row_by_row():
    world = make_promising_world()
    speak(world)
    other = make_site(world.stranger.membership.organization, region=world.region)
    make_customer(other.organization, sites=[other])
    theirs = make_ticket(world, site=other, equipment=None, subject="陌生人的工单", actor=world.stranger)
    tickets.reply(theirs, actor=world.stranger, at=NOON, text="陌生人的话")
    for actor in (world.manager, world.supervisor):
        found = opened(made(world, actor))
        mine = set(Ticket.objects.filter(organization=world.organization).values_list("pk", flat=True))
        assert {row["id"] for row in found["tickets"]} == mine
        assert {row["ticket"] for name in ("comments", "events", "attachments", "clocks") for row in found[name]} <= mine
        sites = set(Site.objects.filter(organization=world.organization).values_list("pk", flat=True))
        assert {row["id"] for row in found["sites"]} == sites
        assert {row["site"] for row in found["equipment"]} <= sites
        assert {row["organization"] for name in ("sites", "people", "contracts", "tickets") for row in found[name]} == {
            world.organization.pk
        }
        assert "陌生人" not in json.dumps(found, ensure_ascii=False)
    strangers = opened(made(world, world.stranger, organization=other.organization))
    assert {row["id"] for row in strangers["tickets"]} == {theirs.pk}
    assert "挂号" not in json.dumps(strangers, ensure_ascii=False)


def test_what_changed_since_is_read_from_the_feed():
    world = make_promising_world()
    ticket = speak(world)
    while changes.number_next_changes(AT):
        pass
    row = made(world, world.manager)
    tickets.note(ticket, actor=world.engineer, at=AT, text="later")
    while changes.number_next_changes(AT):
        pass
    from integrations import feed

    told = feed.read(world.manager, row.changes_after, 100)
    assert [(change.resource, change.thing) for change in told.changes] == [("tickets", ticket.pk)]


# --- Read back ------------------------------------------------------------------------------------


class Undo(Exception):
    pass


def facts() -> dict[str, Any]:
    """What the importer knows of all there is, by names instead of ids."""

    def rows(model: Any, *names: str) -> list[tuple[Any, ...]]:
        return sorted(model.objects.values_list(*names), key=repr)

    said = Event.objects.filter(type__in=["contacted", "replied", "noted"]).exclude(text="")
    files_ = Attachment.objects.exclude(event__type="attached")
    return {
        "organizations": rows(Organization, "code", "name", "short_name", "is_active"),
        "sites": rows(Site, "organization__code", "name", "address", "region__code", "contact_name", "contact_phone"),
        "equipment": rows(Equipment, "site__name", "name", "kind", "maker", "model", "serial_number", "accepted_on", "is_active"),
        "contracts": rows(Contract, "organization__code", "number", "name", "plan__code", "accepted_on", "warranty_months", "ends_on"),
        "tickets": rows(
            Ticket, "kind", "severity", "status", "subject", "description", "channel", "organization__code", "site__name",
            "equipment__name", "contract__number", "reporter__email",
            "contact_name", "contact_email", "resolution", "created_at", "resolved_at", "closed_at",
        ),
        "comments": sorted(said.values_list("ticket__subject", "type", "at", "text", "is_public", "actor__email"), key=repr),
        "attachments": sorted(files_.values_list("ticket__subject", "name", "size", "sha256", "is_public"), key=repr),
    }  # fmt: skip


def test_an_empty_desk_reads_the_file_back():
    kept: dict[str, Any] = {}
    try:
        with transaction.atomic():
            world = make_promising_world()
            world.supervisor.phone = "123"
            world.supervisor.save()
            Organization.objects.exclude(pk=world.organization.pk).filter(memberships=None).delete()
            speak(world)
            kept["zip"], kept["facts"] = content(made(world, world.manager)), facts()
            raise Undo
    except Undo:
        pass
    assert (Ticket.objects.count(), Organization.objects.count()) == (0, 0)
    # the desk itself: its offices, regions, people and plans are not what an organization owns
    desk = make_promising_world()
    stranger = desk.stranger.membership.organization.code
    from tests.transfer.emptied import empty

    manager = empty(desk)
    row = brought(manager, "export.zip", kept["zip"], source="first-desk")
    assert not row.problems.exists(), list(row.problems.values())
    assert row.preset == "native"
    found, wanted = facts(), kept["facts"]
    for name in wanted:
        mine = [one for one in wanted[name] if stranger not in one and "远山水务集团" not in one]
        if name == "sites":
            mine = [one for one in mine if one[0] == kept["facts"]["tickets"][0][6]]
        assert found[name] == mine, name
    again = brought(manager, "export.zip", kept["zip"], source="first-desk")
    assert not any("created" in counts for counts in again.counts.values()), again.counts


# --- Asking, making, fetching ---------------------------------------------------------------------


@pytest.fixture
def world():
    return make_promising_world()


def test_asked_again_it_is_the_same_and_only_so_many_at_once(world):
    first = ask(world)
    assert ask(world) == first
    for _one in range(asking.LIVE_OF_ONE):
        ask(world, world.manager, organization=make_site(region=world.region).organization)
    with pytest.raises(TooMany):
        ask(world, world.manager)


@pytest.mark.parametrize("role", ["customer", "engineer", "dispatcher", "stranger"])
def test_nobody_else_may_ask(world, role):
    with pytest.raises(NotAllowed):
        ask(world, world.person(role))


def test_a_killed_workers_export_is_begun_anew_and_comes_to_one_file(world):
    row = ask(world)
    killed = asking._claim(AT)
    assert services.make_next(lambda: AT + asking.LEASE - MINUTE) == 0
    assert services.make_next(lambda: AT + asking.LEASE) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 2)
    with pytest.raises(asking.Lost):
        asking._make(killed, lambda: AT + 2 * asking.LEASE)
    assert default_storage.exists(row.file.name)


def test_an_export_that_never_ends_is_given_up(world):
    row, at = ask(world), AT
    for _attempt in range(asking.ATTEMPTS):
        assert asking._claim(at) == row
        at += asking.LEASE
    assert asking._claim(at) is None
    row.refresh_from_db()
    assert (row.state, bool(row.trouble)) == ("failed", True)


def test_whoever_loses_their_rights_gets_no_file(world):
    row = ask(world)
    world.supervisor.membership.delete()
    services.make_next(lambda: AT)
    row.refresh_from_db()
    assert (row.state, bool(row.file)) == ("failed", False)


def test_a_file_is_kept_seven_days(world):
    row = made(world)
    assert services.fetched(row, actor=world.supervisor, at=AT) == row
    with pytest.raises(NotReady):
        services.fetched(row, actor=world.supervisor, at=AT + asking.KEPT)
    name = row.file.name
    with transaction.atomic():
        assert services.remove_next_exports(AT + asking.KEPT) == 1
    row.refresh_from_db()
    assert (row.state, bool(row.file)) == ("removed", False)
    assert name


def test_an_uploaded_file_goes_after_thirty_days(world):
    row = services.upload(upload("t.csv", "a,b\n1,2\n"), source="x", actor=world.manager, at=AT)
    assert services.remove_next_files(AT + timedelta(days=29)) == 0
    assert services.remove_next_files(AT + timedelta(days=30)) == 1
    row.refresh_from_db()
    assert not row.file
