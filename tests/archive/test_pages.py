"""The pages of the archive, and the cards that lead to them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from archive.models import ArchiveExport
from customers import services as customers
from tests.archive.worlds import ask, make, make_history, report_many
from tests.worlds import NOON, make_promising_world, make_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world():
    return make_promising_world()


@pytest.fixture
def read(client, world, settings, tmp_path):
    """Open a page as a role and answer its words."""
    settings.MEDIA_ROOT = tmp_path

    def read(role, address, *, status=200, language="en", **headers):
        client.force_login(world.person(role))
        client.cookies["django_language"] = language
        answer = client.get(address, headers=headers)
        assert answer.status_code == status, answer.content
        return answer.content.decode()

    return read


def address_of(thing, kind="organization", query=""):
    return reverse("archive:timeline", args=[kind, thing.pk]) + query


def test_staff_find_customers_sites_and_equipment(read, world):
    assert world.organization.name in read("manager", "/archive/")
    found = read("manager", "/archive/?q=SN-0001")
    assert address_of(world.equipment, "equipment") in found
    assert address_of(world.organization) in found
    assert "No archive found" in read("manager", "/archive/?q=zzzz")


def test_a_customer_finds_their_own_sites_and_no_whole_customer(read, world):
    found = read("customer", "/archive/")
    assert address_of(world.site, "site") in found
    assert address_of(world.organization) not in found
    assert address_of(world.other_site, "site") not in found
    assert address_of(world.organization) in read("supervisor", "/archive/")


def test_an_archive_shows_summary_and_timeline_in_both_languages(read, world):
    ticket = make_ticket(world)
    english, chinese = (read("supervisor", address_of(world.organization), language=language) for language in ("en", "zh-hans"))
    for page, words in ((english, ("Who to call", "Open now", "Solved remotely")), (chinese, ("联系谁", "当前未结", "远程解决"))):
        assert [word for word in words if word not in page] == []
        assert ticket.number in page
        assert "2026-11" in page


def test_a_search_keeps_what_matches_and_says_when_nothing_does(read, world):
    ticket, other = make_ticket(world), make_ticket(world, subject="打印机卡纸")
    page = read("manager", address_of(world.organization, query="?q=卡纸"), **{"HX-Request": "true"})
    assert other.number in page
    assert ticket.number not in page
    assert "Nothing found" in read("manager", address_of(world.organization, query="?q=zzzz"))


def test_the_list_alone_is_swapped_without_the_summary(read, world):
    assert "Who to call" in read("manager", address_of(world.organization))
    assert "Who to call" not in read("manager", address_of(world.organization), **{"HX-Request": "true"})


def test_filters_narrow_to_a_site_and_an_equipment(read, world):
    ticket = make_ticket(world)
    elsewhere = make_ticket(world, site=world.other_site, equipment=world.other_equipment, actor=world.supervisor)
    for query in (f"?site={world.site.pk}", f"?equipment={world.equipment.pk}"):
        page = read("supervisor", address_of(world.organization, query=query), **{"HX-Request": "true"})
        assert ticket.number in page
        assert elsewhere.number not in page
    strange = world.stranger.membership.organization.sites.get()
    assert ticket.number in read("supervisor", address_of(world.organization, query=f"?site={strange.pk}")), (
        "no such choice: as if not said"
    )


@pytest.mark.parametrize("query", ["?first=yesterday&last=", "?kind=nonsense", "?q=%00", "?last=1999-01-01", "?site=x&equipment=-1"])
def test_what_cannot_be_read_in_the_address_does_no_harm(read, world, query):
    make_ticket(world)
    read("manager", address_of(world.organization, query=query))


def test_pages_follow_one_another(read, world):
    report_many(world, 52)
    first = read("manager", address_of(world.organization))
    assert "cursor=" in first
    assert 'rel="next"' in first
    assert "Pages of the timeline" in first
    read("manager", address_of(world.organization, query="?cursor=nonsense"), status=400)


def test_what_a_person_may_not_see_is_not_found(read, world):
    for role, kind, thing in (
        ("customer", "organization", world.organization),
        ("customer", "site", world.other_site),
        ("stranger", "organization", world.organization),
        ("stranger", "equipment", world.equipment),
        ("manager", "nonsense", world.site),
    ):
        read(role, address_of(thing, kind), status=404)
        read(role, reverse("archive:new_export", args=[kind, thing.pk]), status=404)


def test_an_export_is_asked_for_watched_and_fetched(client, read, world):
    make_ticket(world)
    assert "Make the file" in read("supervisor", reverse("archive:new_export", args=["organization", world.organization.pk]))
    sent = {"first": "2026-11-01", "last": "2026-11-22", "form": "zip", "language": "zh-hans"}
    answer = client.post(reverse("archive:new_export", args=["organization", world.organization.pk]), sent)
    row = ArchiveExport.objects.get()
    assert answer.headers["Location"] == row.get_absolute_url()
    waiting = read("supervisor", row.get_absolute_url())
    assert 'hx-trigger="every 2s"' in waiting
    assert client.get(reverse("archive:file", args=[row.pk])).status_code == 409
    make(row.asked_at)
    progress = read("supervisor", reverse("archive:progress", args=[row.pk]))
    assert "Fetch the file" in progress
    assert "hx-trigger" not in progress
    file = client.get(reverse("archive:file", args=[row.pk]))
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert str(world.organization) in read("supervisor", "/archive/exports/")
    read("manager", row.get_absolute_url(), status=404)
    read("manager", reverse("archive:file", args=[row.pk]), status=404)


def test_a_form_that_makes_no_sense_is_shown_again(client, read, world):
    address = reverse("archive:new_export", args=["site", world.site.pk])
    read("customer", address)
    answer = client.post(address, {"first": "2026-11-02", "last": "2026-11-01", "form": "zip", "language": "en"})
    assert answer.status_code == 422
    assert "The last day comes after the first one." in answer.content.decode()
    assert not ArchiveExport.objects.exists()


def test_a_failed_and_a_removed_export_say_what_to_do(read, world):
    row = ask(world)
    ArchiveExport.objects.update(state="failed", trouble="choose fewer days")
    assert "choose fewer days" in read("supervisor", row.get_absolute_url())
    ArchiveExport.objects.update(state="removed", trouble="")
    assert "removed after seven days" in read("supervisor", row.get_absolute_url())
    assert "No export yet" in read("manager", "/archive/exports/")


def test_the_cards_on_customer_and_equipment_lead_to_the_archive(read, world):
    for place in range(6):
        customers.record_configuration(world.equipment, what=f"补丁 {place}", after="已装", actor=world.engineer, at=NOON)
    for role, page, kind, thing in (
        ("manager", f"/customers/{world.organization.pk}/", "organization", world.organization),
        ("manager", world.equipment.get_absolute_url(), "equipment", world.equipment),
        ("customer", world.equipment.get_absolute_url(), "equipment", world.equipment),
    ):
        found = read(role, page)
        assert address_of(thing, kind) in found
        assert "Open the archive" in found
        latest = f"{address_of(thing, kind)}latest/"
        assert latest in found, "the entries come when the card is seen"
        entries = read(role, latest)
        assert [f"补丁 {place}" in entries for place in range(6)] == [place > 0 for place in range(6)]


def test_every_kind_of_entry_is_drawn(client):
    world = make_history()
    client.force_login(world.manager)
    page = client.get(address_of(world.organization), headers={"Accept-Language": "zh"}).content.decode()
    assert page.count('class="event ') > 12
