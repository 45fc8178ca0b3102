"""Certificates of our own people, engineers whom contracts name, and who represents us where."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid, NotAllowed
from core.queue import drain
from notifications.models import Message
from tests.training.worlds import PDF, make_named, make_paper, make_representative
from tests.worlds import NOON, make_user, make_world
from training import engine, selectors, services
from training.errors import CertificateWithdrawn, ConsentMissing
from training.models import NamedEngineer, StaffCertificate

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The pages' own clock stands at the worlds' noon."""
    monkeypatch.setattr("training.views.engineers.now", lambda: NOON)
    monkeypatch.setattr("training.api.now", lambda: NOON)
    monkeypatch.setattr("core.time.now", lambda: NOON)


def told(kind: str) -> list[str]:
    return sorted(row.recipient.email for row in Message.objects.filter(kind=kind, channel="email").select_related("recipient"))


def sweep(at: datetime) -> None:
    drain(services.remind_of_staff_certificates, at=at)
    drain(services.check_named_engineers, at=at)


def page(client, person, address, status=200, **query):
    client.force_login(person)
    answer = client.get(address, query, headers=ENGLISH)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("held", "found"),
    [
        ([], ["missing:PMP:"]),
        ([("pmp", None)], []),
        ([("pmp", TODAY + timedelta(days=31))], []),
        ([("pmp", TODAY + timedelta(days=30))], ["ending:PMP:2026-12-20"]),
        ([("pmp", TODAY)], ["ending:PMP:2026-11-20"]),
        ([("pmp", TODAY - timedelta(days=1))], ["expired:PMP:2026-11-19"]),
        ([("pmp", TODAY - timedelta(days=1)), ("pmp", TODAY + timedelta(days=400))], []),
        ([("cisp", None)], ["missing:PMP:"]),
    ],
)
def test_what_is_amiss_with_what_a_contract_asks_for(held, found):
    papers = [engine.Paper(frozenset([word]), on) for word, on in held]
    assert [gap.code for gap in engine.gaps(["PMP"], papers, TODAY, works_here=True)] == found


@pytest.mark.parametrize(
    "facts",
    [
        {"expires_on": date(2024, 1, 1), "lasts_until": date(2024, 1, 1)},
        {"withdrawn_at": NOON},
        {"withdrawn_because": "遗失"},
        {"lasts_until": date(2030, 1, 1)},
    ],
    ids="-".join,
)
def test_the_database_refuses_a_certificate_that_cannot_be(world, facts):
    row = make_paper(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffCertificate.objects.filter(pk=row.pk).update(**facts)


def test_certificates_are_entered_by_those_who_dispatch_for_our_own_people_once(world):
    row = make_paper(world, number="X-1")
    assert (row.entered_by, row.content_type, len(row.sha256)) == (world.dispatcher, "application/pdf", 64)
    facts = {"person": world.engineer, "name": "CISP", "issuer": "PMI", "number": "X-1", "issued_on": TODAY}
    with pytest.raises(NotAllowed):
        services.save_staff_certificate(None, actor=world.engineer, at=NOON, **{**facts, "number": "X-2"})
    with pytest.raises(Invalid) as known:
        services.save_staff_certificate(None, actor=world.manager, at=NOON, **facts)
    assert known.value.field == "number"
    with pytest.raises(Invalid) as theirs:
        services.save_staff_certificate(None, actor=world.manager, at=NOON, **{**facts, "person": world.customer})
    assert theirs.value.field == "person"


def test_a_withdrawn_certificate_says_why_counts_no_more_and_may_be_entered_anew(world):
    row = make_paper(world, number="X-1")
    named = make_named(world)
    with pytest.raises(Invalid):
        services.withdraw_staff_certificate(row, actor=world.manager, at=NOON, reason=" ")
    services.withdraw_staff_certificate(row, actor=world.manager, at=NOON, reason="发证机构撤销")
    assert [gap.kind for gap in selectors.with_papers(NamedEngineer.objects.all()).get(pk=named.pk).gaps_on(TODAY)] == ["missing"]
    with pytest.raises(CertificateWithdrawn):
        services.save_staff_certificate(row, actor=world.manager, at=NOON, name="PMP")
    assert make_paper(world, number="X-1").pk != row.pk


def test_the_person_and_the_lead_are_reminded_90_and_30_days_before_once(world):
    world.office.lead = world.manager
    world.office.save()
    ends = TODAY + timedelta(days=120)
    make_paper(world, expires_on=ends)
    both = sorted([world.engineer.email, world.manager.email])
    sweep(NOON)
    assert told("staff_certificate_ends") == []
    for _again in range(2):
        sweep(NOON + timedelta(days=33))  # the 90th day was three days ago
    assert told("staff_certificate_ends") == both
    for days in (90, 93, 121):
        sweep(NOON + timedelta(days=days))
    assert told("staff_certificate_ends") == sorted(both * 2)


def test_late_by_months_only_the_nearest_step_is_told_and_nothing_after_the_end(world):
    make_paper(world, expires_on=TODAY + timedelta(days=120))
    sweep(NOON + timedelta(days=95))
    assert told("staff_certificate_ends") == [world.engineer.email]
    make_paper(world, expires_on=TODAY + timedelta(days=120), name="CISP")
    sweep(NOON + timedelta(days=130))
    assert len(told("staff_certificate_ends")) == 1


def test_one_entered_when_a_step_has_come_is_told_at_once_and_a_renewed_one_never(world):
    make_paper(world, name="CISP", expires_on=TODAY + timedelta(days=10))
    old = make_paper(world, expires_on=TODAY + timedelta(days=10))
    make_paper(world, expires_on=TODAY + timedelta(days=1000))
    sweep(NOON)
    assert told("staff_certificate_ends") == [world.engineer.email]
    services.save_staff_certificate(old, actor=world.manager, at=NOON, number="B")
    sweep(NOON)
    assert told("staff_certificate_ends") == [world.engineer.email]


def test_another_person_needs_the_customers_recorded_consent(world):
    named, other = make_named(world), make_user(office=world.office)
    for words in ({}, {"consented_by": "赵主任"}, {"consented_how": "来函"}):
        with pytest.raises(ConsentMissing):
            services.change_named_engineer(named, actor=world.manager, at=NOON, person=other, **words)
    named.refresh_from_db()
    assert named.person == world.engineer
    changed = services.change_named_engineer(
        named, actor=world.manager, at=NOON, person=other, consented_by="赵主任", consented_how="11 月 18 日来函"
    )
    assert (changed.person, changed.consented_by, changed.consented_at) == (other, "赵主任", NOON)
    assert {row.person_id for row in changed.history.all()} == {world.engineer.pk, other.pk}


def test_without_another_person_no_consent_is_needed_and_none_is_recorded(world):
    deputy = make_user(office=world.office)
    changed = services.change_named_engineer(make_named(world), actor=world.dispatcher, at=NOON, deputy=deputy)
    assert (changed.deputy, changed.consented_at) == (deputy, None)
    with pytest.raises(Invalid):
        services.change_named_engineer(changed, actor=world.dispatcher, at=NOON, deputy=world.engineer)
    with pytest.raises(NotAllowed):
        services.change_named_engineer(changed, actor=world.engineer, at=NOON, deputy=None)


def test_who_left_or_belongs_to_a_customer_is_not_named(world):
    gone = make_user(office=world.office, is_active=False)
    for person in (gone, world.customer):
        with pytest.raises(Invalid):
            make_named(world, person=person)


def test_managers_are_told_once_of_each_gap(world):
    make_named(world)
    for days in (0, 0, 1, 4):
        sweep(NOON + timedelta(days=days))
    assert told("named_engineer_gap") == [world.manager.email]
    assert NamedEngineer.objects.get().gap_since == TODAY
    make_paper(world)
    sweep(NOON + timedelta(days=5))
    assert NamedEngineer.objects.get().gap_since is None
    world.engineer.is_active = False
    world.engineer.save()
    for days in (6, 7):
        sweep(NOON + timedelta(days=days))
    assert told("named_engineer_gap") == [world.manager.email] * 2


def test_a_certificate_that_ends_is_told_before_and_after(world):
    make_paper(world, expires_on=TODAY + timedelta(days=40))
    make_named(world)
    for days in (0, 9, 13, 14, 40):
        sweep(NOON + timedelta(days=days))
    assert len(told("named_engineer_gap")) == 1
    sweep(NOON + timedelta(days=44))
    assert len(told("named_engineer_gap")) == 2


def test_after_the_last_day_nobody_looks_any_more(world):
    named = make_named(world, ends_on=TODAY + timedelta(days=1))
    sweep(NOON + timedelta(days=3))
    named.refresh_from_db()
    assert (named.attend_on, told("named_engineer_gap")) == (None, [])


def test_a_region_has_one_representative_at_a_time_named_by_managers(world):
    first = make_representative(world)
    with pytest.raises(Invalid):
        make_representative(world, starts_on=date(2026, 12, 1))
    with pytest.raises(NotAllowed):
        services.save_representative(first, actor=world.dispatcher, at=NOON, phone="1")
    services.save_representative(first, actor=world.manager, at=NOON, ends_on=date(2026, 11, 30))
    second = make_representative(world, person=world.engineer, starts_on=date(2026, 12, 1))
    for day, row in ((TODAY, first), (date(2026, 12, 1), second)):
        assert selectors.representatives_of(world.supervisor, world.contract, day) == [row]
    assert selectors.representatives_of(world.stranger, world.contract, TODAY) == []


@pytest.mark.once
def test_the_list_is_narrowed_down_and_shows_what_is_amiss(client, world):
    make_paper(world, number="GOOD-1")
    make_paper(world, number="SOON-1", name="CISP", expires_on=TODAY + timedelta(days=80))
    make_paper(world, number="OLD-1", name="HCIE", expires_on=TODAY - timedelta(days=1))
    make_named(world, required="RHCE")
    sweep(NOON)
    every = page(client, world.engineer, "/training/engineers/", office=world.office.pk)
    assert all(number in every for number in ("GOOD-1", "SOON-1", "OLD-1"))
    assert "missing: RHCE" in every
    soon = page(client, world.engineer, "/training/engineers/", show="ending")
    assert ("SOON-1" in soon, "GOOD-1" in soon, "OLD-1" in soon) == (True, False, False)
    assert "OLD-1" in page(client, world.engineer, "/training/engineers/", show="expired")
    assert "GOOD-1" not in page(client, world.engineer, "/training/engineers/", office=world.office.parent_id)


@pytest.mark.once
def test_a_certificate_is_entered_and_withdrawn_on_the_pages(client, world):
    client.force_login(world.dispatcher)
    facts = {
        "person": world.engineer.pk, "name": "PMP", "issuer": "PMI", "number": "N-7", "issued_on": "2026-01-01", "expires_on": "2025-01-01",
    }  # fmt: skip
    refused = client.post("/training/engineers/new/", facts)
    assert (refused.status_code, 'id="id_expires_on_error"' in refused.content.decode()) == (422, True)
    upload = SimpleUploadedFile("scan.pdf", PDF)
    assert client.post("/training/engineers/new/", {**facts, "expires_on": "2029-01-01", "upload": upload}).status_code == 302
    again = client.post("/training/engineers/new/", {**facts, "expires_on": ""}, headers=ENGLISH).content.decode()
    assert f"This certificate of {world.engineer.name} is on record already." in again
    row = StaffCertificate.objects.get()
    scan = client.get(f"/training/engineers/certificates/{row.pk}/file/")
    assert b"".join(scan.streaming_content) == PDF
    assert client.post(f"/training/engineers/certificates/{row.pk}/withdraw/", {}).status_code == 422
    assert client.post(f"/training/engineers/certificates/{row.pk}/withdraw/", {"reason": "换证"}).status_code == 302
    assert "换证" in page(client, world.engineer, f"/training/engineers/{world.engineer.pk}/")


@pytest.mark.once
def test_a_withdrawal_that_is_refused_says_why_by_its_field(client, world):
    row, other = make_paper(world, number="N-7"), make_paper(world, number="N-8")
    client.force_login(world.dispatcher)
    address = f"/training/engineers/certificates/{row.pk}/withdraw/"
    refused = client.post(address, {"reason": " "}, headers=ENGLISH).content.decode()
    assert f'id="id_{row.pk}_reason_error"' in refused
    assert f'id="id_{other.pk}_reason_error"' not in refused
    assert refused.count('<details class="card step" open>') == 1
    assert client.post(address, {"reason": "换证"}).status_code == 302
    twice = client.post(address, {"reason": "换证"}, headers=ENGLISH)
    assert (twice.status_code, "This certificate was withdrawn." in twice.content.decode()) == (422, True)


@pytest.mark.once
@pytest.mark.parametrize("address", ["/training/", "/training/engineers/", "/training/representatives/"])
def test_our_peoples_pages_are_tabs_of_training_for_staff(client, world, address):
    tabs = [f'<a class="nav-link{" active" if path == address else ""}" href="{path}"' for path in (
        "/training/engineers/", "/training/representatives/",
    )]  # fmt: skip
    ours = page(client, world.engineer, address)
    assert all(tab in ours for tab in tabs)
    theirs = page(client, world.supervisor, "/training/")
    assert not any(tab in theirs for tab in tabs)


@pytest.mark.once
def test_the_customers_page_says_who_represents_us_where_its_sites_are(client, world):
    address = f"/training/representatives/of/{world.organization.pk}/"
    assert f'hx-get="{address}"' in page(client, world.engineer, f"/customers/{world.organization.pk}/")
    assert "Regional representative" not in page(client, world.engineer, address)
    make_representative(world, deputy=world.engineer)
    shown = page(client, world.engineer, address)
    assert all(words in shown for words in ("Regional representative", world.manager.name, 'href="tel:13800001000"', "Deputy"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"person": ""}, "id_person"),
        ({"role": ""}, "id_role"),
        ({"starts_on": "1026-06-01"}, "id_starts_on"),
        ({"ends_on": "2026-05-01"}, "id_ends_on"),
        ({"deputy": "self"}, "id_deputy"),
        ({"required": "x" * 1001}, "id_required"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_named_engineer_stands_by_its_field(client, world, facts, field):
    client.force_login(world.dispatcher)
    given = {"role": "项目经理", "person": world.engineer.pk, "starts_on": "2026-06-01", "required": "PMP"}
    facts = {name: world.engineer.pk if value == "self" else value for name, value in facts.items()}
    answer = client.post(f"/training/named/of/{world.contract.pk}/", {**given, **facts}, headers=ENGLISH)
    shown = answer.content.decode()
    assert (answer.status_code, f'id="{field}_error"' in shown) == (422, True)
    assert f'href="#{field}"' in shown, "the list of what is wrong leads there"


@pytest.mark.once
def test_an_engineer_is_named_and_replaced_on_the_pages(client, world):
    client.force_login(world.dispatcher)
    facts = {"role": "项目经理", "person": world.engineer.pk, "starts_on": "2026-06-01"}
    assert client.post(f"/training/named/of/{world.contract.pk}/", facts).status_code == 302
    row, other = NamedEngineer.objects.get(), make_user(office=world.office)
    address = f"/training/named/{row.pk}/"
    refused = client.post(address, {**facts, "person": other.pk}, headers=ENGLISH)
    assert refused.status_code == 422
    assert "Record who agreed to the change" in refused.content.decode()
    agreed = {**facts, "person": other.pk, "consented_by": "赵主任", "consented_how": "来函"}
    assert client.post(address, agreed).status_code == 302
    row.refresh_from_db()
    assert (row.person, row.consented_how) == (other, "来函")


@pytest.mark.once
def test_the_contracts_page_flags_gaps_for_staff_and_names_valid_certificates_to_the_customer(client, world):
    make_paper(world, number="VALID-1", issuer="PMI-CN")
    make_paper(world, number="OLD-1", name="HCIE", issuer="HW-CN", expires_on=TODAY - timedelta(days=1))
    make_named(world, required="PMP\nHCIE")
    make_representative(world)
    address = f"/contracts/{world.contract.pk}/"
    ours = page(client, world.dispatcher, address)
    assert "expired on 2026-11-19: HCIE" in ours
    theirs = page(client, world.supervisor, address)
    assert all(words in theirs for words in ("Project manager", world.engineer.name, "PMI-CN", "Regional representative", "13800001000"))
    assert not any(words in theirs for words in ("HW-CN", "expired on", "Name an engineer"))


@pytest.mark.once
def test_a_representative_is_named_on_the_page(client, world):
    client.force_login(world.manager)
    wrong = {"region": world.region.pk, "person": world.engineer.pk, "phone": "1", "starts_on": "2026-01-01", "ends_on": "2025-12-31"}
    assert 'id="id_ends_on_error"' in client.post("/training/representatives/new/", wrong).content.decode()
    facts = {"region": world.region.pk, "person": world.engineer.pk, "phone": "13900002000", "starts_on": "2026-01-01"}
    assert client.post("/training/representatives/new/", facts).status_code == 302
    assert client.post("/training/representatives/new/", facts).status_code == 422
    assert "13900002000" in page(client, world.engineer, "/training/representatives/")


@pytest.mark.once
def test_programs_of_customers_read_whom_their_contracts_name_without_what_is_amiss(client, world):
    make_named(world)
    make_paper(world, number="VALID-1")
    make_paper(world, number="OLD-1", name="HCIE", expires_on=TODAY - timedelta(days=1))
    client.force_login(world.supervisor)
    (row,) = client.get("/api/v1/named-engineers/").json()["results"]
    assert ([paper["number"] for paper in row["certificates"]], row["gaps"]) == (["VALID-1"], None)
    assert client.get("/api/v1/staff-certificates/").status_code == 403
    client.force_login(world.stranger)
    assert client.get("/api/v1/named-engineers/").json()["results"] == []
    client.force_login(world.engineer)
    assert client.get("/api/v1/named-engineers/").json()["results"][0]["gaps"] == []


@pytest.mark.parametrize("address", ["/training/engineers/", "/api/v1/staff-certificates/", "/api/v1/named-engineers/"])
def test_lists_take_the_same_few_queries_however_long_they_are(world, client, address):
    client.force_login(world.manager)
    counts = []
    for more in (1, 4):
        for _number in range(more):
            person = make_user(office=world.office)
            make_paper(world, person=person)
            make_named(world, person=person, required="RHCE")
        sweep(NOON)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14, counts
