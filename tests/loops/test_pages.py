"""Pages and REST of complaints: what each sees, what comes next, the whole life over both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from core.time import now
from loops import services
from loops.models import Loop, Opinion
from notifications.models import Message
from tests.loops.worlds import STAGES, make_case, take_to
from tests.worlds import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST, NEW = reverse("loops:list"), reverse("loops:new")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer) -> str:
    return answer.content.decode()


def case_now(**facts):
    return make_case(at=now() - timedelta(hours=1), **facts)


def rest(user, path: str, **data):
    return client_of(user).post(f"/api/v1/loops/{path}", data, content_type="application/json")


# --- Pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_page_for_both_sides_that_says_what_comes_next(stage):
    case = case_now()
    loop = take_to(case, stage, now() - timedelta(minutes=30))
    for user in (case.world.dispatcher, case.worker, case.verifier, case.world.customer, case.world.supervisor):
        answer = client_of(user).get(loop.get_absolute_url())
        assert answer.status_code == 200
        assert "工程师迟到" in text(answer)
        assert client_of(user).get(loop.ticket.get_absolute_url()).status_code == 200


def test_the_customer_is_asked_for_their_word_and_says_it():
    case = case_now()
    loop = take_to(case, "told", now() - timedelta(minutes=30))
    client, address = client_of(case.world.customer), reverse("loops:act", args=[loop.ticket.number, "agree"])
    assert address in text(client.get(loop.get_absolute_url()))
    assert client.post(address, {}).status_code == 302
    loop.refresh_from_db()
    assert loop.stage == "agreed"


def test_a_customer_reads_no_opinion_no_treatment_and_no_reason_of_ours():
    case = case_now()
    loop = take_to(case, "verifying", now() - timedelta(minutes=30))
    page = text(client_of(case.world.customer).get(loop.get_absolute_url()))
    assert "排班前核对路程" in page
    for kept in ("约谈", "更换工程师，周末返工。", "请核实。"):
        assert kept not in page.replace("我们将更换工程师，周末返工。", ""), kept
    staff = text(client_of(case.verifier).get(loop.get_absolute_url()))
    assert "约谈" in staff


def test_what_is_refused_is_shown_again_with_a_reason_and_what_was_typed():
    case = case_now()
    loop = take_to(case, "verifying", now() - timedelta(minutes=30))
    address = reverse("loops:act", args=[loop.ticket.number, "not-satisfied"])
    answer = client_of(case.verifier).post(address, {"not-satisfied-words": "又迟到", "not-satisfied-how": "call"})
    assert answer.status_code == 422
    assert "又迟到" in text(answer)


def test_who_had_a_hand_is_told_so_and_offered_no_verdict():
    case = case_now()
    loop = take_to(case, "verifying", now() - timedelta(minutes=30))
    address = reverse("loops:act", args=[loop.ticket.number, "satisfied"])
    assert address not in text(client_of(case.world.dispatcher).get(loop.get_absolute_url()))
    assert address in text(client_of(case.verifier).get(loop.get_absolute_url()))


def test_the_second_round_begins_with_the_reason():
    case = case_now()
    loop = take_to(case, "verifying", now() - timedelta(minutes=30))
    services.not_satisfied(loop, actor=case.world.customer, at=now(), words="又迟到")
    page = text(client_of(case.world.dispatcher).get(loop.get_absolute_url()))
    assert reverse("loops:act", args=[loop.ticket.number, "look-into"]) in page
    assert reverse("loops:act", args=[loop.ticket.number, "ask"]) not in page


def test_a_department_answers_on_the_page():
    case = case_now()
    loop = take_to(case, "asked", now() - timedelta(minutes=30))
    opinion = Opinion.objects.get()
    address = reverse("loops:answer", args=[loop.ticket.number, opinion.pk])
    assert address in text(client_of(case.worker).get(loop.get_absolute_url()))
    assert address not in text(client_of(case.seller).get(loop.get_absolute_url()))
    client_of(case.worker).post(address, {f"answer-{opinion.pk}-text": "返工"})
    loop.refresh_from_db()
    assert loop.stage == "answered"


def test_a_revised_opinion_stands_beside_the_first_one():
    case = case_now()
    loop = take_to(case, "told", now() - timedelta(minutes=30))
    number, page = loop.ticket.number, loop.get_absolute_url()
    services.disagree(loop, actor=case.world.customer, at=now() - timedelta(minutes=20), words="周末不行，要今天")
    assert "周末不行，要今天</textarea>" in text(client_of(case.world.dispatcher).get(page)), "the department is told what is not right"
    assert rest(case.world.dispatcher, f"{number}/ask/", departments=[case.works.pk]).status_code == 200
    assert rest(case.worker, f"{number}/answer/", department=case.works.pk, text="今天返工。").status_code == 200
    assert rest(case.worker, f"{number}/answer/", department=case.sales.pk, text="今天返工。").status_code == 404
    opinions = client_of(case.worker).get(f"/api/v1/loops/{number}/").json()["all_rounds"][0]["opinions"]
    assert [(row["asking"], row["text"]) for row in opinions] == [(1, "更换工程师，周末返工。"), (2, "今天返工。")]
    shown = text(client_of(case.world.dispatcher).get(page))
    assert "更换工程师，周末返工。" in shown
    assert "今天返工。</textarea>" in shown
    assert "更换工程师，周末返工。\n今天返工。" not in shown, "what holds is the revised one"


def test_a_customer_complains_about_who_served_them_without_being_named():
    from tests.worlds import make_ticket
    from tickets import services as tickets

    case = case_now()
    fault = make_ticket(case.world, at=now() - timedelta(days=1))
    tickets.assign(fault, actor=case.world.dispatcher, at=now(), assignee=case.worker)
    facts = {"site": case.world.site.pk, "subject": "态度差", "words": "说话难听", "level": 2, "number": fault.number, "key": "k1"}
    client = client_of(case.world.customer)
    assert case.worker.name in text(client.get(NEW))
    for _twice in range(2):
        answer = client.post(NEW, {**facts, "people": [case.worker.pk], "is_anonymous": "on"})
        assert answer.status_code == 302
    loop = Loop.objects.latest("pk")
    assert Loop.objects.count() == 2
    assert (loop.is_anonymous, loop.ticket.is_confidential, loop.ticket.reporter) == (True, True, None)
    assert [row.person for row in loop.ticket.concerned.all()] == [case.worker]
    assert client.get(loop.get_absolute_url()).status_code == 200
    assert client_of(case.worker).get(loop.get_absolute_url()).status_code == 404


def test_ours_write_down_what_was_said_on_the_phone():
    case = case_now()
    facts = {"site": case.world.site.pk, "subject": "账单不清", "words": "不知道收了什么", "level": 3, "channel": "phone", "key": "k2"}
    answer = client_of(case.world.dispatcher).post(NEW, {**facts, "contact_name": "赵主任", "department": case.sales.pk})
    assert answer.status_code == 302
    loop = Loop.objects.latest("pk")
    assert (loop.stage, loop.ticket.contact_name, loop.ticket.channel) == ("asked", "赵主任", "phone")


def test_a_form_that_lacks_something_says_so():
    case = case_now()
    answer = client_of(case.world.customer).post(NEW, {"number": "SD-nope"})
    assert answer.status_code == 422


FILTERS = [
    ("", True), ("stage=all", True), ("stage=asked", True), ("stage=satisfied", False),
    ("source=complaint", True), ("source=survey", False), ("late=on", True), ("mine=on", True), ("find=迟到", True), ("find=没有的", False),
]  # fmt: skip


@pytest.mark.parametrize(("query", "shown"), FILTERS)
def test_the_list_is_narrowed(query, shown):
    case = make_case(at=now() - timedelta(hours=5))
    services.ask(case.loop, actor=case.world.dispatcher, at=now() - timedelta(hours=4), departments=[case.works])
    page = text(client_of(case.worker).get(f"{LIST}?{query}"))
    assert (case.loop.ticket.number in page) == shown
    assert (case.loop.ticket.number in text(client_of(case.worker).get(f"{LIST}?department={case.works.pk}"))) is True
    assert (case.loop.ticket.number in text(client_of(case.worker).get(f"{LIST}?department={case.sales.pk}"))) is False


@pytest.mark.parametrize("who", ["dispatcher", "customer"])
def test_a_longer_list_costs_no_more_queries(who, django_assert_max_num_queries):
    from tests.loops.worlds import said

    case = case_now()
    client = client_of(case.world.person(who))
    client.get(LIST)
    for number in range(12):
        made = services.open_loop(said(case.world, f"k{number}", department=case.works), actor=case.world.customer, at=now())
    with django_assert_max_num_queries(14):
        page = text(client.get(LIST))
    assert made.ticket.number in page


def test_the_ticket_leads_to_its_loop_and_offers_no_way_around_it():
    case = case_now()
    loop = take_to(case, "verifying", now() - timedelta(minutes=30))
    for user in (case.world.dispatcher, case.world.customer):
        page = text(client_of(user).get(loop.ticket.get_absolute_url()))
        assert loop.get_absolute_url() in page
        for move in ("confirm", "close", "reject", "reopen", "cancel"):
            assert f"/moves/{move}/" not in page, move


# --- REST ---------------------------------------------------------------------------------------------


def test_the_whole_life_over_rest():
    case = make_case(at=now())
    world = case.world
    given = {"key": "crm-1", "site": world.site.pk, "subject": "迟到", "words": "约九点，来十一点", "level": 2}
    made = rest(world.customer, "", **given)
    assert made.status_code == 201
    assert rest(world.customer, "", **given).status_code == 200
    number = made.json()["number"]
    assert rest(world.dispatcher, f"{number}/ask/", departments=[case.works.pk, case.sales.pk]).json()["stage"] == "asked"
    assert rest(case.worker, f"{number}/answer/", department=case.works.pk, text="返工").json()["stage"] == "asked"
    assert rest(case.seller, f"{number}/answer/", department=case.sales.pk, text="致歉").json()["stage"] == "answered"
    assert rest(world.dispatcher, f"{number}/tell/", plan="周末返工").json()["stage"] == "told"
    assert rest(world.customer, f"{number}/disagree/", words="要今天").json()["stage"] == "answered"
    assert rest(world.dispatcher, f"{number}/tell/", plan="今天返工").json()["stage"] == "told"
    assert rest(world.customer, f"{number}/agree/").json()["stage"] == "agreed"
    done = {"cause": "排班", "result": "已返工", "measure": "核对路程", "measure_kind": "preventive", "treatment": "约谈"}
    assert rest(world.dispatcher, f"{number}/carry-out/", **done).json()["stage"] == "carried_out"
    assert rest(world.dispatcher, f"{number}/request-close/").json()["stage"] == "verifying"
    assert rest(case.verifier, f"{number}/not-satisfied/", name="赵主任", words="又迟到").json()["is_priority"] is True
    assert rest(world.dispatcher, f"{number}/ask/", departments=[case.works.pk]).status_code == 409
    assert rest(world.dispatcher, f"{number}/look-into/", why="没有告知新人").status_code == 200
    assert rest(world.dispatcher, f"{number}/tell/", plan="换人").json()["stage"] == "told"
    assert rest(case.verifier, f"{number}/agree/", name="赵主任").json()["stage"] == "agreed"
    assert rest(world.dispatcher, f"{number}/carry-out/", **done).status_code == 200
    assert rest(world.dispatcher, f"{number}/request-close/").status_code == 200
    ended = rest(world.customer, f"{number}/satisfied/", words="这次很好").json()
    assert (ended["stage"], ended["is_closed"], ended["rounds"]) == ("satisfied", True, 2)
    assert "约谈" not in str(ended)
    assert ended["all_rounds"][0]["opinions"] == []
    assert "约谈" in str(client_of(world.dispatcher).get(f"/api/v1/loops/{number}/").json())


@pytest.mark.parametrize(("query", "count"), [("", 1), ("?stage=said", 1), ("?closed=true", 0), ("?late=true", 0), ("?source=care", 0)])
def test_the_list_over_rest_is_narrowed(query, count):
    case = case_now()
    found = client_of(case.world.dispatcher).get(f"/api/v1/loops/{query}").json()
    assert len(found["results"]) == count


def test_a_customer_over_rest_names_nobody_of_ours_and_asks_no_department():
    case = case_now()
    given = {"key": "x", "site": case.world.site.pk, "subject": "s", "words": "w"}
    assert rest(case.world.customer, "", **given, source="survey").status_code == 403
    assert rest(case.world.customer, "", **given, department=case.works.pk).status_code == 400


def test_another_person_entered_over_rest_leaves_a_confidential_complaint_confidential():
    case = case_now()
    number = case.loop.ticket.number
    entered = {"people": [case.worker.pk], "confidential": True}
    assert rest(case.world.manager, f"{number}/concern/", **entered).status_code == 200
    for given in ({}, {"confidential": None}):
        both = {"people": [case.worker.pk, case.seller.pk], **given}
        assert rest(case.world.manager, f"{number}/concern/", **both).status_code == 200
        for who in (case.worker, case.seller):
            assert client_of(who).get(f"/api/v1/loops/{number}/").status_code == 404
    open_again = {"people": [case.worker.pk], "confidential": False}
    assert rest(case.world.manager, f"{number}/concern/", **open_again).status_code == 200
    assert client_of(case.worker).get(f"/api/v1/loops/{number}/").status_code == 200


def test_the_list_over_rest_costs_a_constant_number_of_queries(django_assert_max_num_queries):
    from tests.loops.worlds import said

    case = case_now()
    client = client_of(case.world.dispatcher)
    for number in range(10):
        services.open_loop(said(case.world, f"k{number}"), actor=case.world.customer, at=now())
    with django_assert_max_num_queries(6):
        assert len(client.get("/api/v1/loops/").json()["results"]) == 11


def test_the_administration_does_not_tell_who_is_not_named():
    case = case_now()
    facts = {"site": case.world.site.pk, "subject": "态度差", "words": "说话难听", "level": 2, "key": "k9", "is_anonymous": "on"}
    client_of(case.world.customer).post(NEW, facts)
    loop = Loop.objects.latest("pk")
    assert loop.is_anonymous
    page = client_of(make_user(role="admin")).get(reverse("admin:loops_loop_change", args=[loop.pk]))
    assert page.status_code == 200
    assert loop.key not in page.content.decode()


def test_nobody_who_looks_after_messages_learns_who_is_not_named():
    case = case_now(is_anonymous=True)
    customer, number = case.world.customer, case.loop.ticket.number
    take_to(case, "told", now() - timedelta(minutes=30))
    theirs = Message.objects.filter(recipient=customer, kind="loop_turn")
    assert {message.channel for message in theirs} == {"inbox", "email"}
    assert not [key for key in theirs.values_list("dedupe_key", flat=True) if number in key or f"/{customer.pk}/" in key]
    assert "customer" not in "".join(theirs.values_list("dedupe_key", flat=True))
    admin, outbox = client_of(make_user(role="admin")), reverse("notifications:outbox")
    found = admin.get(reverse("admin:notifications_message_changelist"), {"q": customer.email})
    assert not found.context["cl"].result_count
    assert admin.get(reverse("admin:notifications_message_change", args=[theirs[0].pk])).status_code == 302
    theirs.filter(channel="email").update(state="failed", last_error=f"550 {customer.email} unknown")
    shown = text(client_of(case.world.manager).get(outbox))
    assert number in shown
    mail = theirs.get(channel="email")
    answer = client_of(case.world.manager).post(reverse("notifications:resend", args=[mail.pk]), follow=True)
    waiting = text(client_of(case.world.manager).get(f"{outbox}?state=pending"))
    for page in (shown, text(answer), waiting):
        assert customer.email not in page
        assert customer.name not in page
    assert customer.email not in str(mail)
    assert number in text(client_of(customer).get(reverse("notifications:inbox")))


def test_messages_older_than_discretion_are_discreet():
    from tests.loops.worlds import said

    case = case_now(is_anonymous=True)
    named = services.open_loop(said(case.world, "named"), actor=case.world.customer, at=now() - timedelta(hours=1))
    for each in (case, replace(case, loop=named)):
        take_to(each, "told", now() - timedelta(minutes=30))
    Message.objects.update(is_discreet=False)
    import_module("loops.migrations.0005_anonymous_messages_are_discreet").hide(apps, None)
    found = Message.objects.filter(is_discreet=True)
    assert {(row.recipient, row.context["ticket_number"]) for row in found} == {(case.world.customer, case.loop.ticket.number)}
