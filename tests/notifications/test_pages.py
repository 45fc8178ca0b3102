"""The inbox is one's own; the outbox is for who can do something about it."""

import pytest
from django.contrib.admin.sites import site
from django.urls import reverse

from notifications import selectors
from notifications.models import Message, State
from notifications.selectors import COUNTED_TO
from notifications.views import PAGE
from tests.notifications.conftest import NOW, post_inbox, post_mail
from tests.notifications.samples import escalation_of

INBOX, BELL, OUTBOX = (reverse(f"notifications:{name}") for name in ("inbox", "bell", "outbox"))


def url(name, message):
    return reverse(f"notifications:{name}", args=[message.pk])


def fresh(message):
    return Message.objects.get(pk=message.pk)


@pytest.fixture
def as_engineer(client, engineer):
    client.force_login(engineer)
    return client


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


# --- inbox


def test_an_empty_inbox_says_so(as_engineer):
    assert "暂无消息" in as_engineer.get(INBOX).content.decode()


def test_a_message_is_read_in_the_language_of_the_page(client, customer):
    post_inbox(customer)
    client.force_login(customer)
    client.cookies["django_language"] = "en"
    assert "[SD-20261121-0042] Assigned to you" in client.get(INBOX).content.decode()


def test_pages_go_on_by_key_without_gap_or_overlap(as_engineer, engineer):
    messages = post_inbox(engineer, 2 * PAGE + 1)
    seen, address = [], INBOX
    while address:
        page = as_engineer.get(address).context["page"]
        seen += page.rows
        address = f"{INBOX}?cursor={page.next_cursor}" if page.has_next else ""
    assert seen == messages


def test_a_page_is_reached_by_its_link(as_engineer, engineer):
    post_inbox(engineer, PAGE + 1)
    first = as_engineer.get(INBOX)
    assert f"?cursor={first.context['page'].next_cursor}" in first.content.decode()


def test_a_place_in_the_list_that_makes_no_sense_is_said_so(as_engineer):
    assert as_engineer.get(INBOX, {"cursor": "x"}).status_code == 400


def test_the_inbox_takes_as_many_queries_for_one_as_for_many(as_engineer, engineer, django_assert_num_queries):
    post_inbox(engineer)
    with django_assert_num_queries(4):  # session, person, messages, the bell's count
        as_engineer.get(INBOX)
    post_inbox(engineer, PAGE)
    with django_assert_num_queries(4):
        as_engineer.get(INBOX)


def test_a_digest_leads_to_each_ticket(as_engineer, engineer):
    items = [escalation_of(7), escalation_of(8)]
    post_inbox(engineer, kind="escalation", context={"items": items}, link="/queue/")
    page = as_engineer.get(INBOX).content.decode()
    assert "/tickets/7/" in page
    assert "/tickets/8/" in page


def test_what_people_write_is_text_in_the_inbox(as_engineer, engineer):
    post_inbox(engineer, kind="ticket_replied", context={"ticket_number": "SD-1", "subject": "<i>", "author": "x", "text": "<b>"})
    page = as_engineer.get(INBOX).content.decode()
    assert "&lt;i&gt;" in page
    assert "&lt;b&gt;" in page
    assert "<i>" not in page.replace("<i ", "")


def test_a_message_of_a_kind_that_is_no_longer_told_does_not_close_the_inbox(as_engineer, engineer):
    (message,) = post_inbox(engineer)
    Message.objects.filter(pk=message.pk).update(kind="telegram")
    assert "telegram" in as_engineer.get(INBOX).content.decode()


def test_mail_is_not_shown_in_the_inbox(as_engineer, engineer):
    post_mail(engineer)
    assert as_engineer.get(INBOX).context["page"].rows == []


# --- reading


def test_opening_marks_as_read_and_goes_to_the_ticket(as_engineer, engineer):
    (message,) = post_inbox(engineer)
    answer = as_engineer.post(url("open", message))
    assert (answer.status_code, answer["Location"]) == (302, "/tickets/42/")
    assert fresh(message).read_at


def test_reading_with_and_without_script(as_engineer, engineer):
    first, second = post_inbox(engineer, 2)
    assert as_engineer.post(url("read", first))["Location"] == INBOX
    row = as_engineer.post(url("read", second), headers={"HX-Request": "true"})
    assert f'id="message-{second.pk}"' in row.content.decode()
    assert row["HX-Trigger"] == "inbox-read"
    assert selectors.unread_count(engineer) == 0


def test_the_first_reading_counts(engineer):
    from notifications.services import mark_read

    (message,) = post_inbox(engineer)
    mark_read(message, at=NOW)
    mark_read(message, at=NOW.replace(year=2027))
    assert fresh(message).read_at == NOW


def test_all_are_read_at_once_but_only_ones_own(as_engineer, engineer, customer):
    post_inbox(engineer, 3)
    post_inbox(customer, 1)
    as_engineer.post(reverse("notifications:read_all"))
    assert (selectors.unread_count(engineer), selectors.unread_count(customer)) == (0, 1)


@pytest.mark.parametrize("name", ["read", "open"])
def test_a_message_of_somebody_else_is_not_there(as_engineer, customer, name):
    (message,) = post_inbox(customer)
    assert as_engineer.post(url(name, message)).status_code == 404
    assert fresh(message).read_at is None


def test_a_mail_of_ones_own_is_not_an_inbox_message(as_engineer, engineer):
    assert as_engineer.post(url("read", post_mail(engineer))).status_code == 404


@pytest.mark.parametrize("name", ["read", "open", "resend"])
def test_looking_changes_nothing(as_manager, manager, name):
    (message,) = post_inbox(manager)
    assert as_manager.get(url(name, message)).status_code == 405
    assert fresh(message).read_at is None


# --- bell


def test_the_bell_answers_only_what_is_new(as_engineer, engineer):
    assert as_engineer.get(BELL, {"shown": "0"}).status_code == 204
    post_inbox(engineer, 2)
    rung = as_engineer.get(BELL, {"shown": "0"})
    assert "收件箱，2 条未读" in rung.content.decode()
    assert f"{BELL}?shown=2" in rung.content.decode()
    assert as_engineer.get(BELL, {"shown": "2"}).status_code == 204


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_bell_asks_one_question(as_engineer, engineer, count, django_assert_num_queries):
    post_inbox(engineer, count)
    with django_assert_num_queries(3):  # session, person, count
        as_engineer.get(BELL)


def test_the_bell_does_not_count_to_the_end(as_engineer, engineer):
    post_inbox(engineer, COUNTED_TO + 5)
    assert "99+" in as_engineer.get(BELL).content.decode()


def test_every_page_has_the_bell_as_a_link(as_engineer, engineer):
    post_inbox(engineer, 3)
    page = as_engineer.get(INBOX).content.decode()
    assert f'href="{INBOX}"' in page
    assert "收件箱，3 条未读" in page


def test_the_bell_of_who_was_logged_out_stops_asking(client, db):
    answer = client.get(BELL, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content, answer["HX-Reswap"]) == (286, b"", "none")


# --- outbox


@pytest.fixture
def given_up(engineer):
    message = post_mail(engineer)
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, attempts=9, last_error="550 no such mailbox")
    return fresh(message)


def test_managers_see_what_was_given_up_and_why(as_manager, given_up):
    page = as_manager.get(OUTBOX).content.decode()
    assert "550 no such mailbox" in page
    assert given_up.to in page


def test_managers_see_what_still_waits(as_manager, engineer):
    waiting = post_mail(engineer)
    assert as_manager.get(OUTBOX).context["page"].rows == []
    assert as_manager.get(OUTBOX, {"state": "pending"}).context["page"].rows == [waiting]


def test_a_link_that_is_a_key_is_not_shown(as_manager, db):
    post_mail(None, address="guest@hospital.example", kind="survey_invited", context={"about": "x"}, link="/s/secret-of-the-guest/")
    assert "secret-of-the-guest" not in as_manager.get(OUTBOX, {"state": "pending"}).content.decode()
    assert not {"link", "context"} & set(site.get_model_admin(Message).fields)


def test_managers_send_again(as_manager, given_up):
    page = as_manager.post(url("resend", given_up), follow=True).content.decode()
    assert f"发给 {given_up.to} 的消息正在重新发送" in page
    assert fresh(given_up).state == State.PENDING


def test_what_arrived_meanwhile_is_said_in_a_sentence(as_manager, given_up):
    Message.objects.filter(pk=given_up.pk).update(state=State.SENT, sent_at=NOW)
    assert "该消息在此期间已经送达" in as_manager.post(url("resend", given_up), follow=True).content.decode()


def test_managers_send_everything_again(as_manager, given_up):
    page = as_manager.post(reverse("notifications:resend_all"), follow=True).content.decode()
    assert "1 条消息正在重新发送" in page


def test_the_outbox_takes_as_many_queries_for_one_as_for_many(as_manager, engineer, customer, django_assert_num_queries):
    post_mail(engineer, "first")
    with django_assert_num_queries(4):  # session, person, messages with recipients, the bell's count
        as_manager.get(OUTBOX, {"state": "pending"})
    for i in range(PAGE):
        post_mail([engineer, customer][i % 2], f"event-{i}")
    with django_assert_num_queries(4):
        as_manager.get(OUTBOX, {"state": "pending"})


@pytest.mark.parametrize("person", ["engineer", "customer"])
def test_the_outbox_is_for_managers(client, request, person, given_up):
    client.force_login(request.getfixturevalue(person))
    assert client.get(OUTBOX).status_code == 403
    assert client.post(url("resend", given_up)).status_code == 403
    assert client.post(reverse("notifications:resend_all")).status_code == 403
    assert fresh(given_up).state == State.FAILED


@pytest.mark.parametrize("address", [INBOX, OUTBOX])
def test_strangers_log_in_first(client, db, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


# --- administration


def test_the_administration_shows_messages_and_changes_none(client, manager, engineer):
    manager.is_staff = manager.is_superuser = True
    manager.save()
    client.force_login(manager)
    message = post_mail(engineer)
    changelist = reverse("admin:notifications_message_changelist")
    change = reverse("admin:notifications_message_change", args=[message.pk])
    assert engineer.email in client.get(changelist, {"q": "li.wei"}).content.decode()
    assert client.get(change).status_code == 200
    assert client.post(change, {"state": "sent"}).status_code == 403
    assert client.get(reverse("admin:notifications_message_add")).status_code == 403
