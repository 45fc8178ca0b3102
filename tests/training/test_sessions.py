"""The life of a session: planned, announced, moved, called off, held, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from core.errors import DomainError, Invalid, NotAllowed
from documents import services as documents
from notifications.models import Message
from obligations.models import Obligation
from surveys import services as surveys
from tests.documents.worlds import STROKES
from tests.training.worlds import STARTS, close, hold, invite, make_course, make_draft, make_session, owe, sheet
from tests.worlds import NOON, make_contract, make_site, make_user, make_world
from training import selectors, services, workflow
from training.errors import NotYourTraining, SessionFull, SessionNotNow
from training.models import Attendee, Certificate, Presence, Session, Status

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ENDS = STARTS + timedelta(hours=6)


@pytest.fixture
def world():
    return make_world()


def told(kind: str) -> set[str]:
    """Who was told by mail."""
    rows = Message.objects.filter(kind=kind, channel="email").select_related("recipient")
    return {row.recipient.email if row.recipient else row.address for row in rows}


def test_a_session_that_is_planned_is_known_to_nobody_outside(world):
    session = make_session(world, announced=False)
    invite(world, session)
    assert not selectors.sessions_for(world.supervisor).exists()
    assert not selectors.sessions_for(world.customer).exists()
    assert not Message.objects.exists()
    assert session.office == world.office  # that of the site's region


def test_announcing_invites_the_list_and_tells_supervisors_and_trainers(world):
    session = make_session(world, announced=False)
    invite(world, session)
    invite(world, session, name="王工", email="wang@example.com")
    services.announce(session, actor=world.dispatcher, at=NOON)
    assert told("training_invited") == {world.customer.email, "wang@example.com", world.engineer.email}
    assert told("training_open") == {world.supervisor.email}
    assert selectors.sessions_for(world.customer).get() == session


def test_who_is_added_later_is_invited_at_once(world):
    session = make_session(world)
    invite(world, session)
    assert world.customer.email in told("training_invited")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"trainers": []}, "trainers"),  # somebody teaches
        ({"site": None}, ""),  # neither a site nor online
        ({"ends_at": STARTS}, ""),  # ends as it begins
        ({"capacity": 0}, "capacity"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(world, facts, field):
    with pytest.raises(Invalid) as refusal:
        services.plan(make_draft(world, **facts), actor=world.dispatcher, at=NOON)
    assert refusal.value.field == field
    assert not Session.objects.exists()


def test_contract_site_and_trainers_must_belong(world):
    other = make_site(world.stranger.membership.organization, region=world.region)
    for facts in ({"site": other}, {"contract": make_contract(other.organization)}, {"trainers": [world.customer]}):
        with pytest.raises(Invalid):
            services.plan(make_draft(world, **facts), actor=world.dispatcher, at=NOON)


def test_an_online_session_needs_no_site_and_is_of_the_trainers_office(world):
    session = make_session(world, site=None, online_link="https://meet.example.com/1")
    assert session.office == world.engineer.office
    assert "meet.example.com" in session.place
    assert selectors.sessions_for(world.customer).get() == session


def test_planning_is_for_dispatchers(world):
    for person in (world.engineer, world.customer):
        with pytest.raises(NotYourTraining):
            services.plan(make_draft(world), actor=person, at=NOON)


def test_the_catalogue_is_for_managers(world):
    with pytest.raises(NotAllowed):
        services.save_course(None, actor=world.dispatcher, at=NOON, code="x", name="x", hours=1)


def test_moving_says_why_tells_everybody_and_reminds_anew(world):
    session = make_session(world)
    invite(world, session)
    later = STARTS + timedelta(days=7)
    with pytest.raises(Invalid):
        services.move(session, actor=world.dispatcher, at=NOON, starts_at=later, ends_at=later + timedelta(hours=6), reason=" ")
    services.move(session, actor=world.dispatcher, at=NOON, starts_at=later, ends_at=later + timedelta(hours=6), reason="会议室被占用")
    session.refresh_from_db()
    assert (session.starts_at, session.sequence, session.remind_at) == (later, 1, later - timedelta(days=1))
    assert told("training_changed") == {world.customer.email, world.engineer.email}
    move = session.moves.get()
    assert (move.from_starts_at, move.to_starts_at, move.reason) == (STARTS, later, "会议室被占用")


def test_nothing_is_moved_into_the_past_or_ends_before_it_begins(world):
    session = make_session(world)
    for starts, ends in ((NOON - timedelta(days=1), NOON), (STARTS, STARTS - timedelta(hours=1))):
        with pytest.raises(Invalid):
            services.move(session, actor=world.dispatcher, at=NOON, starts_at=starts, ends_at=ends, reason="改期")
    session.refresh_from_db()
    assert session.starts_at == STARTS
    assert not session.moves.exists()


def test_another_room_or_trainer_is_told_another_note_is_not(world):
    session = make_session(world)
    invite(world, session)
    course = session.course
    services.change(session, make_draft(world, course, note="带电脑"), actor=world.dispatcher, at=NOON)
    assert not told("training_changed")
    second = make_user(office=world.office)
    services.change(session, make_draft(world, course, trainers=[second]), actor=world.dispatcher, at=NOON)
    assert world.customer.email in told("training_changed")
    with pytest.raises(Invalid):
        services.change(session, make_draft(world, course, capacity=0), actor=world.dispatcher, at=NOON)


def test_calling_off_needs_a_reason_and_leaves_it_owed(world):
    owed = owe(world)
    session = make_session(world)
    invite(world, session)
    with pytest.raises(Invalid):
        services.cancel(session, actor=world.dispatcher, at=NOON, reason="")
    services.cancel(session, actor=world.dispatcher, at=NOON, reason="客户机房搬迁")
    session.refresh_from_db()
    assert (session.status, session.remind_at) == (Status.CANCELLED, None)
    assert told("training_cancelled") == {world.customer.email, world.engineer.email}
    owed.refresh_from_db()
    assert owed.status == "owed"
    assert selectors.with_state(Obligation.objects.all(), NOON).get().state == "open"


def test_it_is_not_announced_after_its_time(world):
    session = make_session(world, announced=False)
    with pytest.raises(Invalid):
        services.announce(session, actor=world.dispatcher, at=ENDS)


@pytest.mark.parametrize("step", sorted(workflow.ALLOWED))
def test_a_closed_or_cancelled_session_allows_nothing(step):
    assert not workflow.may(step, workflow.CLOSED)
    assert not workflow.may(step, workflow.CANCELLED)


def test_it_is_held_by_its_trainer_once_it_has_begun_and_somebody_came(world):
    session = make_session(world)
    who = invite(world, session)
    services_at = {"actor": world.engineer, "at": NOON}
    with pytest.raises(SessionNotNow):  # not begun
        services.hold(session, **services_at)
    with pytest.raises(Invalid) as refusal:
        services.hold(session, actor=world.engineer, at=ENDS)
    assert refusal.value.stable_code == "nobody_present"
    services.mark(who, actor=world.engineer, at=STARTS, present=True)
    with pytest.raises(NotYourTraining):
        services.hold(session, actor=make_user(office=world.office), at=ENDS)
    paper = services.hold(session, actor=world.engineer, at=ENDS)
    assert paper.awaits_signature


def test_the_sheet_names_everybody_and_who_is_not_noted_was_absent(world):
    session = make_session(world)
    here, missing = invite(world, session), invite(world, session, name="王工")
    hold(world, session, here)
    missing.refresh_from_db()
    assert missing.presence == Presence.ABSENT
    rows = sheet(session).content["sheets"]["en"]["blocks"][0]["rows"]
    assert [(row[1], row[3]) for row in rows] == [(here.name, "present"), ("王工", "absent")]
    assert "on the screen" in rows[0][4]
    assert sheet(session).content["sheets"]["zh-hans"]["title"] != sheet(session).content["sheets"]["en"]["title"]


def test_closing_waits_for_the_signature_of_the_sheet(world):
    session = make_session(world)
    services.mark(invite(world, session), actor=world.engineer, at=STARTS, present=True)
    paper = services.hold(session, actor=world.engineer, at=ENDS)
    with pytest.raises(SessionNotNow):
        services.close(session, actor=world.engineer, at=ENDS)
    documents.refuse(paper, reason="不愿签字", actor=world.engineer, at=ENDS)
    services.close(session, actor=world.engineer, at=ENDS)
    session.refresh_from_db()
    assert session.status == Status.CLOSED


def test_closing_meets_what_the_contract_owes_and_names_the_proof(world):
    owed = owe(world)
    session = make_session(world)
    close(world, session, invite(world, session))
    owed.refresh_from_db()
    session.refresh_from_db()
    assert (owed.status, owed.ended_by, owed.link) == ("done", world.engineer, session.get_absolute_url())
    assert session.number in owed.proof
    assert session.obligation == owed
    assert not owed.is_late(ENDS)


@pytest.mark.parametrize(("kind", "fulfilled"), [("basic", True), ("yearly", False), ("advanced", False), ("other", False)])
def test_a_training_fulfils_only_what_is_owed_of_its_kind(world, kind, fulfilled):
    owed = owe(world, "training-basic")
    session = make_session(world, make_course(world, kind=kind))
    close(world, session, invite(world, session))
    owed.refresh_from_db()
    assert (owed.status == "done") is fulfilled


def test_the_period_of_the_day_is_fulfilled_before_an_older_one_that_is_late(world):
    old = owe(world, "training-yearly", opens=NOON - timedelta(days=400), days=365, period="2025")
    new = owe(world, "training-yearly", opens=NOON - timedelta(days=20), days=60, period="2026")
    assert selectors.fulfilled_by(world.contract, "yearly", STARTS.date()) == new
    new.delete()
    assert selectors.fulfilled_by(world.contract, "yearly", STARTS.date()) == old
    assert selectors.fulfilled_by(None, "yearly", STARTS.date()) is None


def test_what_is_owed_later_is_not_fulfilled_early(world):
    owe(world, opens=NOON + timedelta(days=60))
    assert selectors.fulfilled_by(world.contract, "basic", STARTS.date()) is None


def test_certificates_go_to_those_who_passed_the_test(world):
    session = make_session(world, make_course(world, pass_mark=60))
    good, poor, absent = invite(world, session), invite(world, session, name="王工"), invite(world, session, name="李工")
    hold(world, session, good, poor)
    with pytest.raises(Invalid) as refusal:
        services.close(session, actor=world.engineer, at=ENDS)
    assert refusal.value.stable_code == "scores_missing"
    services.score(session, {good.pk: 80, poor.pk: 59.5, absent.pk: 100}, actor=world.engineer, at=ENDS)
    services.close(session, actor=world.engineer, at=ENDS)
    assert Certificate.objects.get().attendee == good
    absent.refresh_from_db()
    assert absent.score is None


def test_points_are_of_a_hundred(world):
    session = make_session(world, make_course(world, pass_mark=60))
    who = invite(world, session)
    hold(world, session, who)
    with pytest.raises(Invalid):
        services.score(session, {who.pk: 101}, actor=world.engineer, at=ENDS)


def test_a_certificate_is_a_document_in_both_languages_with_its_number_and_end(world):
    session = make_session(world)
    close(world, session, invite(world, session))
    row = Certificate.objects.get()
    assert row.valid_until.isoformat() == "2027-11-30"
    assert row.number == f"TC-2026-{row.attendee_id:06d}" == row.document.number
    for language, words in (("zh-hans", "数据库基础培训"), ("en", "Database basics")):
        assert words in row.document.content["sheets"][language]["summary"]
    assert row.document.site is None  # a colleague at the same site does not find it among the site's papers
    assert told("training_certificate") == {world.customer.email}


def test_seats_are_not_given_twice(world):
    session = make_session(world, capacity=1)
    invite(world, session)
    with pytest.raises(SessionFull):
        invite(world, session, name="王工")
    assert Attendee.objects.count() == 1


def test_nobody_is_on_the_list_twice(world):
    session = make_session(world)
    for facts in ({"user": world.customer}, {"name": "王工"}):
        invite(world, session, **facts)
        with pytest.raises(Invalid):
            invite(world, session, **facts)


def test_a_customer_signs_up_colleagues_of_their_own_organization_until_it_begins(world):
    session = make_session(world)
    services.invite(session, actor=world.customer, at=NOON, user=world.supervisor)
    with pytest.raises(Invalid):
        services.invite(session, actor=world.customer, at=NOON, user=world.stranger)
    with pytest.raises(NotYourTraining):
        services.invite(session, actor=world.stranger, at=NOON, name="外人")
    with pytest.raises(SessionNotNow):
        services.invite(session, actor=world.customer, at=STARTS, name="迟到者")
    services.invite(session, actor=world.engineer, at=STARTS, name="到场者")  # the trainer adds who turns up
    assert set(session.attendees.values_list("name", flat=True)) == {world.supervisor.name, "到场者"}


def test_who_is_taken_off_is_told_and_frees_the_seat(world):
    session = make_session(world, capacity=1)
    who = invite(world, session)
    services.uninvite(who, actor=world.supervisor, at=NOON)
    assert told("training_cancelled") == {world.customer.email}
    invite(world, session, name="王工")


def test_who_was_marked_present_cannot_be_taken_off(world):
    session = make_session(world)
    who = invite(world, session)
    who = services.mark(who, actor=world.engineer, at=STARTS, present=True)
    with pytest.raises(SessionNotNow):
        services.uninvite(who, actor=world.dispatcher, at=STARTS)


def test_somebody_confirms_that_they_come(world):
    session = make_session(world)
    who = invite(world, session)
    assert services.confirm(who, actor=world.customer, at=NOON).presence == Presence.CONFIRMED


def test_attendance_is_signed_by_oneself_or_on_the_trainers_device(world):
    session = make_session(world)
    own, other = invite(world, session), invite(world, session, name="王工")
    assert services.sign(own, actor=world.customer, at=STARTS).signed_on == world.customer  # typed: no strokes
    with pytest.raises(NotYourTraining):
        services.sign(other, actor=world.customer, at=STARTS, strokes=STROKES)
    signed = services.sign(other, actor=world.engineer, at=STARTS, strokes=STROKES)
    assert (signed.presence, signed.strokes) == (Presence.PRESENT, STROKES)
    with pytest.raises(Invalid):  # a dot
        services.sign(own, actor=world.engineer, at=STARTS, strokes=[[[1, 1], [2, 2]]])


def test_nobody_signs_for_themselves_before_it_begins(world):
    who = invite(world, make_session(world))
    with pytest.raises(SessionNotNow):
        services.sign(who, actor=world.customer, at=STARTS - timedelta(minutes=1))
    early = services.sign(who, actor=world.engineer, at=STARTS - timedelta(minutes=10))
    assert early.presence == Presence.PRESENT, "the trainer takes the names at the door"


def test_who_was_noted_as_present_meanwhile_stays_on_the_list(world):
    session = make_session(world)
    who = invite(world, session)
    services.mark(Attendee.objects.get(pk=who.pk), actor=world.engineer, at=STARTS, present=True)
    with pytest.raises(SessionNotNow):
        services.uninvite(who, actor=world.dispatcher, at=STARTS)
    gone = invite(world, session, name="王工")
    services.uninvite(gone, actor=world.dispatcher, at=STARTS)
    for act in (services.confirm, services.uninvite, services.sign):
        with pytest.raises(SessionNotNow):
            act(Attendee(pk=gone.pk or 10**6, session=session), actor=world.dispatcher, at=STARTS)


def test_the_proof_is_written_in_the_desks_own_language(world):
    owed = owe(world)
    session = make_session(world)
    with override("en"):
        close(world, session, invite(world, session))
    owed.refresh_from_db()
    assert owed.proof.startswith("培训")


def test_who_turns_out_absent_has_signed_nothing(world):
    session = make_session(world)
    who = services.sign(invite(world, session), actor=world.engineer, at=STARTS, strokes=STROKES)
    who = services.mark(who, actor=world.engineer, at=STARTS, present=False)
    assert (who.presence, who.strokes, who.signed_at) == (Presence.ABSENT, [], None)


def test_nothing_is_noted_after_the_sheet_was_issued(world):
    session = make_session(world)
    who = invite(world, session)
    hold(world, session, who)
    for refused in (
        lambda: services.mark(who, actor=world.engineer, at=ENDS, present=False),
        lambda: services.sign(who, actor=world.engineer, at=ENDS),
        lambda: invite(world, session, name="王工"),
        lambda: services.cancel(session, actor=world.dispatcher, at=ENDS, reason="晚了"),
    ):
        with pytest.raises(DomainError):
            refused()


def test_everybody_who_was_there_and_can_be_reached_is_asked_how_it_was(world, monkeypatch):
    asked = []
    monkeypatch.setattr("surveys.services.ask", lambda template, **facts: asked.append((template, facts)))
    session = make_session(world)
    here, named, mailed = (
        invite(world, session),
        invite(world, session, name="王工"),
        invite(world, session, name="李工", email="li@example.com"),
    )
    invite(world, session, name="缺席者", email="absent@example.com")
    close(world, session, here, named, mailed)
    assert [(template, facts["recipient"], facts["address"], facts["key"]) for template, facts in asked] == [
        ("training", world.customer, "", f"training:attendee:{here.pk}"),
        ("training", None, "li@example.com", f"training:attendee:{mailed.pk}"),
    ]
    assert {facts["engineer"] for _template, facts in asked} == {world.engineer}
    assert selectors.evaluation_of(session).asked == 0


def test_a_survey_that_is_not_ready_stops_no_certificate(world, monkeypatch):
    def refuse(*_args, **_given):
        raise DomainError("There is no published survey template.")

    monkeypatch.setattr("surveys.services.ask", refuse)
    session = make_session(world)
    assert close(world, session, invite(world, session)).status == Status.CLOSED
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(("answers", "mean"), [(4, None), (5, 4.0)])
def test_anonymous_answers_are_averaged_from_five_on(world, answers, mean):
    session = make_session(world, capacity=6)
    people = [invite(world, session, name=f"学员{place}", email=f"p{place}@example.com") for place in range(6)]
    session = close(world, session, *people)
    for who in session.attendees.order_by("pk")[:answers]:
        surveys.answer(who.evaluation, scores(who.evaluation), actor=None, at=ENDS + timedelta(days=1))
    found = selectors.evaluation_of(session)
    assert (found.asked, found.answered, found.mean) == (6, answers, mean)
    assert selectors.by_office(NOON - timedelta(days=30), ENDS + timedelta(days=9), at=ENDS)[world.office.pk].mark == mean


def scores(invitation) -> dict[str, int]:
    """Four of five for every question that asks for a score."""
    return {question.code: 4 for question in invitation.version.questions.all() if question.kind == "score"}
