"""Reporting a fault: promises before it is sent, nothing typed is lost, one report is one ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from core.time import now
from customers import services as customers
from tests.tickets.portal import png, program, report_of, text_of, writes_of
from tests.worlds import NOON, World, make_equipment, make_promising_world, make_site, make_ticket, make_world
from tickets import selectors, services
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

REPORT, PLACES, TERMS = (reverse(f"tickets:{name}") for name in ("report", "report_places", "report_terms"))
LOG, LOG_PLACES = reverse("tickets:log"), reverse("tickets:log_places")


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def customer(client: Client, world: World) -> Client:
    client.force_login(world.customer)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def staff(client: Client, world: World) -> Client:
    client.force_login(world.dispatcher)
    client.cookies["django_language"] = "en"
    return client


# --- From form to ticket


def test_a_report_becomes_a_ticket_with_running_clocks(customer, world):
    answer = customer.post(REPORT, report_of(world))
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == reverse("tickets:ticket", args=[ticket.number])
    assert (ticket.equipment, ticket.site, ticket.reporter, ticket.channel) == (world.equipment, world.site, world.customer, "portal")
    assert (ticket.subject, ticket.severity, ticket.contact_phone) == ("挂号系统打不开", 1, "13800001111")
    assert {clock.promise for clock in ticket.commitment.clocks.filter(state="running")} == {"response", "response-warranty", "diagnosis"}
    assert ticket.number in text_of(customer.get(answer.headers["Location"]))


def test_a_site_is_enough(customer, world):
    customer.post(REPORT, report_of(world, place=f"s{world.site.pk}"))
    ticket = Ticket.objects.get()
    assert (ticket.equipment, ticket.site) == (None, world.site)


def test_what_is_known_of_a_person_need_not_be_typed(customer, world):
    page = text_of(customer.get(REPORT))
    assert f'value="{world.customer.name}"' in page
    assert f'value="{world.customer.email}"' in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"place": None}, "Choose the equipment, or at least the site."),
        ({"place": "e999999"}, "not among yours"),
        ({"place": "x1"}, "not among yours"),
        ({"place": "e" + "9" * 19}, "not among yours"),
        ({"severity": None}, "Choose how bad it is"),
        ({"severity": "9"}, "Select a valid choice"),
        ({"subject": ""}, "Say in a few words what is wrong."),
        ({"subject": "坏" * 201}, "at most 200 characters"),
        ({"description": "坏" * 20_001}, "at most 20000 characters"),
        ({"contact_name": ""}, "This field is required"),
        ({"contact_email": "nobody"}, "valid email address"),
        ({"kind": "wish"}, "Select a valid choice"),
        ({"subject": "a\0b"}, "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(customer, world, changed, sentence):
    answer = customer.post(REPORT, report_of(world, **changed))
    (field,) = changed
    page = text_of(answer)
    assert answer.status_code == 422
    assert sentence in page[page.index(f'id="id_{field}_error"') :][:400]
    assert {"contact_phone", "description"} - {field} <= {name for name in report_of(world) if str(report_of(world)[name]) in page}
    assert not Ticket.objects.exists()


def test_a_strangers_equipment_is_not_offered_and_not_taken(customer, world):
    foreign = make_equipment(world.other_site)
    assert foreign.name not in text_of(customer.get(f"{REPORT}?equipment={foreign.pk}"))
    assert customer.post(REPORT, report_of(world, place=f"e{foreign.pk}")).status_code == 422
    assert customer.get(TERMS, {"place": f"e{foreign.pk}"}).context["offer"].entitled is None


def test_equipment_out_of_service_is_not_reported(customer, world):
    customers.update_equipment(world.equipment, is_active=False, actor=None, at=NOON)
    assert world.equipment.name not in text_of(customer.get(REPORT))
    assert customer.post(REPORT, report_of(world)).status_code == 422


def test_a_link_chooses_the_equipment(customer, world):
    page = text_of(customer.get(f"{REPORT}?equipment={world.equipment.pk}"))
    assert f'value="e{world.equipment.pk}" required checked' in page


def test_where_there_is_nothing_to_choose_it_is_chosen(customer, world):
    assert f'value="e{world.equipment.pk}" required checked' in text_of(customer.get(REPORT))
    make_equipment(world.site)
    assert f'value="e{world.equipment.pk}" required checked' not in text_of(customer.get(REPORT))


def test_a_plan_without_versions_is_refused_in_a_sentence(client):
    world = make_world()
    client.force_login(world.customer)
    client.cookies["django_language"] = "en"
    answer = client.post(REPORT, report_of(world))
    assert answer.status_code == 422
    assert "has no version yet" in text_of(answer)


# --- Twice


def test_a_report_that_is_sent_twice_is_one_ticket(customer, world):
    first, second = (customer.post(REPORT, report_of(world)) for _i in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Ticket.objects.count() == 1
    assert "nothing was sent twice" in text_of(customer.get(second.headers["Location"]))


@pytest.mark.parametrize("changed", ["subject", "description", "place"])
def test_a_report_that_was_gone_back_to_and_changed_is_another_one(customer, world, changed):
    customer.post(REPORT, report_of(world))
    customer.post(REPORT, report_of(world, **{changed: f"s{world.site.pk}" if changed == "place" else "打印机也坏了"}))
    assert Ticket.objects.count() == 2


def test_nobody_is_shown_the_id_of_the_form(customer, world):
    customer.post(REPORT, report_of(world))
    ticket = Ticket.objects.get()
    assert (ticket.external_id, str(ticket.submission)) == ("", report_of(world)["token"])
    assert [chunk for chunk in report_of(world)["token"].split("-") if chunk in ticket.search_text.split()] == []


def test_the_same_form_is_one_ticket_of_each_person(world):
    form = UUID(report_of(world)["token"])
    made = [make_ticket(world, actor=actor, submission=form) for actor in (world.customer, world.customer, world.supervisor)]
    assert [ticket.pk for ticket in made] == [made[0].pk, made[0].pk, made[2].pk]
    assert Ticket.objects.count() == 2


def test_a_broken_token_does_not_stop_a_report(customer, world):
    assert customer.post(REPORT, report_of(world, token="nonsense")).status_code == 302


# --- Promises before sending


@pytest.mark.parametrize(
    ("plan", "kind", "words"),
    [
        ("p0", "fault", ["Severe fault", "Response", "1 hour", "Diagnosis report", "3 hours", "8 hours"]),
        ("p0", "consultation", ["Response", "1 hour", "Proposed solution", "3 hours"]),
        ("p3", "fault", ["Critical", "Urgent", "General", "15 minutes", "24 hours", "48 hours", "3 working days"]),
    ],
)
def test_the_plan_speaks_before_the_report_is_sent(client, plan, kind, words):
    world = make_promising_world(plan)
    client.force_login(world.customer)
    client.cookies["django_language"] = "en"
    page = text_of(client.get(TERMS, {"place": f"e{world.equipment.pk}", "kind": kind}))
    assert [word for word in words if word not in page] == []
    assert world.contract.number in page
    assert "free of charge" in page
    assert str(world.office) in page


@pytest.mark.parametrize("plan", ["p0", "p3"])
@pytest.mark.parametrize("kind", ["fault", "consultation", "request", "complaint"])
def test_what_is_offered_is_what_the_ticket_is_promised(plan, kind):
    world = make_promising_world(plan)
    offer = services.offer(world.equipment, kind=kind, channel="portal", at=NOON)
    for choice in offer.choices:
        ticket = make_ticket(world, kind=kind, severity=choice.number)
        clocks = [clock for clock in selectors.clock_views(ticket, NOON) if clock.is_strictest and clock.state == "running"]
        assert {(each.name, each.due_at) for each in choice.at_once} == {(clock.name, clock.due_at) for clock in clocks}


def test_a_kind_the_plan_says_nothing_of_is_taken_up_all_the_same(customer, world):
    answer = customer.get(TERMS, {"place": f"e{world.equipment.pk}", "kind": "complaint"})
    assert "names no time for this kind" in text_of(answer)
    assert answer.context["severity"] == "3", "what is no fault is ordinary unless said otherwise"
    customer.post(REPORT, report_of(world, kind="complaint"))
    assert Ticket.objects.get().kind == "complaint"


def test_without_a_contract_no_time_is_promised(customer, world):
    customers.update_contract(world.contract, warranty_months=1, free_service_months=1, actor=None, at=NOON)
    page = text_of(customer.get(TERMS, {"place": f"e{world.equipment.pk}"}))
    assert "times are no longer promised" in page
    assert "charged" in page
    assert "Severe" in page, "severities have plain words where no plan has its own"


def test_what_is_already_open_is_named(customer, world):
    ticket = make_ticket(world)
    assert ticket.number in text_of(customer.get(TERMS, {"place": f"e{world.equipment.pk}"}))
    services.cancel(ticket, actor=world.customer, at=NOON, reason="误报")
    assert ticket.number not in text_of(customer.get(TERMS, {"place": f"e{world.equipment.pk}"}))


@pytest.mark.parametrize("query", ["", "place=e1%00", "place=s", "severity=99", "kind=wish", "place=e99999999999999999999"])
def test_whatever_is_asked_the_promises_answer(customer, query):
    assert customer.get(f"{TERMS}?{query}").status_code == 200


# --- Places


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("HIS", True),
        ("数据库", True),
        ("his inspur", True),
        ("sn-0001", True),
        ("门诊楼", True),
        ("人民路", True),
        ("江城一院 K1", True),
        ("HIS 打印机", False),
        ("PACS", False),  # stands at a site this customer does not see
        ("远山", False),  # another customer
        ("%", False),
        ("\0HIS", True),
    ],
)
def test_places_are_found_by_a_few_words(customer, words, found):
    page = text_of(customer.get(PLACES, {"find": words}))
    assert ("HIS 数据库" in page) is found
    assert "PACS" not in page


def test_the_chosen_place_stays_while_looking_for_another(customer, world):
    page = text_of(customer.get(PLACES, {"find": "nothing like it", "place": f"e{world.equipment.pk}"}))
    assert f'value="e{world.equipment.pk}" required checked' in page


def test_a_supervisor_reports_for_every_site(client, world):
    client.force_login(world.supervisor)
    assert "PACS" in text_of(client.get(PLACES))


def test_many_places_are_cut_and_it_is_said(customer, world):
    for number in range(45):
        make_equipment(world.site, name=f"交换机 {number:02}")
    page = text_of(customer.get(PLACES, {"find": "交换机"}))
    assert page.count("交换机") == 40
    assert "type another word" in page


def test_places_take_a_constant_number_of_queries(customer, world, django_assert_max_num_queries):
    for number in range(20):
        make_equipment(make_site(world.organization, name=f"机房 {number}"))
    customer.force_login(world.supervisor)
    with django_assert_max_num_queries(6):
        customer.get(PLACES)


# --- Files


def test_a_wrong_file_is_refused_by_name_and_the_others_wait(customer, world):
    answer = customer.post(REPORT, report_of(world, files=[png("one.png"), program(), png("two.png")]))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "virus.exe" in page
    kept = [draft.token for draft in answer.context["form"].kept]
    assert [draft.name for draft in answer.context["form"].kept] == ["one.png", "two.png"]
    customer.post(REPORT, report_of(world, kept=kept[:1]))
    assert [file.name for file in Ticket.objects.get().attachments.all()] == ["one.png"], "what was unticked is not sent"


def test_files_wait_while_another_field_is_put_right(customer, world):
    answer = customer.post(REPORT, report_of(world, subject="", files=[png()]))
    assert "截图.png" in text_of(answer)
    customer.post(REPORT, report_of(world, kept=[draft.token for draft in answer.context["form"].kept], files=[png("more.png")]))
    file, more = Ticket.objects.get().attachments.all()
    assert (file.name, more.name) == ("截图.png", "more.png")
    with file.file.open() as content:
        assert content.read() == png().read()
    assert not default_storage.listdir("drafts")[1], "nothing is left behind"


def test_files_that_wait_are_their_senders_only(customer, world):
    answer = customer.post(REPORT, report_of(world, subject="", files=[png()]))
    token = answer.context["form"].kept[0].token
    customer.force_login(world.supervisor)
    customer.post(REPORT, report_of(world, kept=[token, "forged"]))
    assert not Ticket.objects.get().attachments.exists()


def test_too_many_files_are_refused_and_the_first_ones_wait(customer, world, settings):
    settings.ATTACHMENTS_MAX = 2
    answer = customer.post(REPORT, report_of(world, files=[png(f"{number}.png") for number in range(3)]))
    assert "At most 2 files" in text_of(answer)
    assert len(answer.context["form"].kept) == 2


def test_files_nobody_came_back_for_are_forgotten_after_a_day(customer, world):
    customer.post(REPORT, report_of(world, subject="", files=[png()]))
    assert services.forget_old_drafts(now() + timedelta(hours=23)) == 0
    assert services.forget_old_drafts(now() + timedelta(hours=25)) == 1
    assert services.forget_old_drafts(now()) == 0


# --- Without a script


@pytest.mark.parametrize("look", ["places", "terms"])
def test_without_a_script_a_button_shows_places_and_promises(customer, world, look):
    answer = customer.post(REPORT, report_of(world, subject="", look=look, find="HIS", severity=None, files=[png()]))
    page = text_of(answer)
    assert answer.status_code == 200
    assert "field-error" not in page, "nothing is asked for yet"
    assert "九点起一直转圈" in page
    assert "截图.png" in page
    assert "within 1 hour" in page
    assert not Ticket.objects.exists()


def test_looking_names_a_wrong_file_at_once(customer, world):
    page = text_of(customer.post(REPORT, report_of(world, look="terms", files=[program()])))
    assert "virus.exe" in page


# --- After a closed ticket


@pytest.fixture
def closed(world: World) -> Ticket:
    ticket = services.resolve(make_ticket(world), actor=world.engineer, at=NOON, cause="缓存", solution="重启")
    return services.confirm(ticket, actor=world.customer, at=NOON)


def test_a_report_follows_a_closed_ticket(customer, world, closed):
    page = text_of(customer.get(f"{REPORT}?follows={closed.number}"))
    assert "This report follows ticket" in page
    assert f'value="e{world.equipment.pk}" required checked' in page
    customer.post(REPORT, report_of(world, follows=closed.number))
    assert Ticket.objects.latest("pk").links_out.get().target == closed


@pytest.mark.parametrize("number", ["SD-19700101-0001", "a\0b"])
def test_a_ticket_nobody_knows_is_not_followed(customer, world, number):
    assert "follows ticket" not in text_of(customer.get(REPORT, {"follows": number}))
    customer.post(REPORT, report_of(world, follows=number))
    assert not Ticket.objects.filter(links_out__isnull=False).exists()


def test_another_customers_ticket_is_not_followed(staff, world, closed):
    elsewhere = make_equipment(world.stranger.membership.sites.get())
    answer = staff.post(LOG, report_of(world, place=f"e{elsewhere.pk}", follows=closed.number, reached_by="phone"))
    assert answer.status_code == 422
    assert "another customer" in text_of(answer)


# --- Logging a call


@pytest.mark.parametrize("channel", ["phone", "email", "fax", "onsite"])
def test_a_call_is_logged_for_any_customer(staff, world, channel):
    elsewhere = make_equipment(world.stranger.membership.sites.get())
    staff.post(LOG, report_of(world, place=f"e{elsewhere.pk}", reached_by=channel))
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.organization, ticket.reporter) == (channel, elsewhere.site.organization, world.dispatcher)
    assert ticket.contact_name == "李敏"


@pytest.mark.parametrize("channel", ["portal", "api", "pigeon"])
def test_a_call_comes_by_a_channel_that_people_use(staff, world, channel):
    assert staff.post(LOG, report_of(world, reached_by=channel)).status_code == 422


def test_staff_look_for_the_customer_first(staff):
    assert "Type a part of the customer" in text_of(staff.get(LOG))
    page = text_of(staff.get(LOG_PLACES, {"find": "江城"}))
    assert "HIS 数据库" in page
    assert "PACS 存储" in page
    assert "远山" not in page


def test_the_person_who_logs_is_not_the_contact(staff, world):
    assert f'value="{world.dispatcher.email}"' not in text_of(staff.get(LOG))


@pytest.mark.parametrize(("who", "path"), [("customer", LOG), ("engineer", REPORT)])
def test_each_side_has_its_own_form(client, world, who, path):
    client.force_login(world.person(who))
    assert client.get(path).status_code == 403
    assert client.post(path, report_of(world)).status_code == 403
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("path", [REPORT, PLACES, TERMS])
def test_looking_writes_nothing(customer, path):
    assert writes_of(customer, path) == []


def test_the_report_page_takes_few_queries(customer, world, django_assert_max_num_queries):
    make_ticket(world)
    customer.get(f"{REPORT}?equipment={world.equipment.pk}")
    with django_assert_max_num_queries(16):
        customer.get(f"{REPORT}?equipment={world.equipment.pk}")
