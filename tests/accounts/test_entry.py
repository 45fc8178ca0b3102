"""The way in: logging in and out, passwords, throttles, languages."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from accounts.models import Role, User
from tests import worlds

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_throttles():
    cache.clear()


@pytest.fixture
def shared_cache(settings):
    """The cache of the embedded default: a table, so that all web processes count together."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "throttle_cache"}}
    call_command("createcachetable", verbosity=0)


@pytest.fixture
def user():
    return worlds.make_user("wang@example.com", role=Role.ENGINEER, name="王敏")


def log_in(client, email="wang@example.com", password=worlds.PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def is_in(client) -> bool:
    return client.get("/profile/").status_code == 200


@pytest.mark.parametrize("email", ["wang@example.com", "Wang@Example.COM", " wang@example.com "])
def test_the_address_opens_whatever_its_case(client, user, email):
    assert log_in(client, email).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize(("email", "password"), [("wang@example.com", "wrong"), ("nobody@example.com", worlds.PASSWORD), ("", "")])
def test_a_wrong_pair_is_refused_without_saying_which_half(client, user, email, password):
    answer = log_in(client, email, password)
    assert answer.status_code in {200, 400, 422}
    assert "nobody" not in str(answer.context["form"].errors)
    assert not is_in(client)


def test_an_account_that_is_switched_off_opens_nothing(client, user):
    user.is_active = False
    user.save()
    log_in(client)
    assert not is_in(client)


def test_a_person_who_is_switched_off_is_out_at_once(client, user):
    log_in(client)
    user.is_active = False
    user.save()
    assert not is_in(client)


def test_after_five_wrong_passwords_even_the_right_one_waits(client, user, shared_cache):
    for _i in range(5):
        log_in(client, password="wrong")
    answer = log_in(client)
    assert not is_in(client)
    assert answer.context["form"].non_field_errors()


def test_the_throttle_of_one_account_does_not_lock_another(client, user, shared_cache):
    other = worlds.make_user("li@example.com")
    for _i in range(5):
        log_in(client, password="wrong")
    log_in(client, other.email)
    assert is_in(client)


def test_many_attempts_from_one_address_are_answered_429(client, user, shared_cache):
    with override("en"):
        answers = [log_in(client, f"guess{i}@example.com", "x", headers={"accept-language": "en"}) for i in range(31)]
    assert answers[-1].status_code == 429
    assert b"Too many attempts" in answers[-1].content


def test_behind_a_proxy_each_caller_is_counted_by_their_own_address(client, user, shared_cache, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for i in range(31):
        log_in(client, f"guess{i}@example.com", "x", headers={"x-forwarded-for": "203.0.113.9"})
    assert log_in(client, headers={"x-forwarded-for": "198.51.100.4"}).status_code == 302


def test_logging_out_takes_a_post(client, user):
    client.force_login(user)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_nobody_signs_up(client):
    client.post("/accounts/signup/", {"email": "me@example.com", "password1": worlds.PASSWORD, "password2": worlds.PASSWORD})
    assert not User.objects.filter(email="me@example.com").exists()


@pytest.mark.parametrize("name", ["account_email", "account_set_password", "account_confirm_login_code", "account_reauthenticate"])
def test_what_the_product_does_not_have_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_new_password_is_set_by_a_mailed_link(client, user):
    client.post("/accounts/password/reset/", {"email": "WANG@example.com"})
    link = re.search(r"http://\S+", mail.outbox[0].body).group()
    page = client.get(link, follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": "another-quiet-otter", "password2": "another-quiet-otter"})
    assert answer.status_code == 302
    log_in(client, password="another-quiet-otter")
    assert is_in(client)
    assert "链接已失效" in client.get(link, follow=True).content.decode()


def test_the_link_is_mailed_in_the_language_of_the_page(client, user):
    client.post("/accounts/password/reset/", {"email": user.email}, headers={"accept-language": "en"})
    assert mail.outbox[0].subject == "Set a new password for Pledge Desk"
    assert "Hello 王敏," in mail.outbox[0].body


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, user):
    known = client.post("/accounts/password/reset/", {"email": user.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1


def test_when_mail_is_away_the_page_says_so(client, user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = client.post("/accounts/password/reset/", {"email": user.email}, headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert b"Mail cannot be sent right now" in answer.content


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short-1", "at least ten characters"),
        ("1234567890", "only digits"),
        ("wang@example.com", "the address itself"),
        ("password123", "common"),
    ],
)
def test_weak_passwords_are_refused(client, user, password, reason):
    client.force_login(user)
    client.post("/accounts/password/change/", {"oldpassword": worlds.PASSWORD, "password1": password, "password2": password})
    user.refresh_from_db()
    assert user.check_password(worlds.PASSWORD), reason


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(client, user):
    from django.test import Client

    elsewhere = Client()
    elsewhere.force_login(user)
    client.force_login(user)
    new = "another-quiet-otter"
    client.post("/accounts/password/change/", {"oldpassword": worlds.PASSWORD, "password1": new, "password2": new})
    assert is_in(client)
    assert not is_in(elsewhere)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, user):
    log_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_session_key_changes_at_login(client, user):
    client.get(LOGIN)
    session = client.session
    session["before"] = 1
    session.save()
    key = session.session_key
    log_in(client)
    assert client.session.session_key != key


def test_a_form_without_its_token_is_refused_with_what_to_do(user):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = strict.post("/language/", {"language": "en"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert b"Please send it again" in answer.content


# --- Languages ---------------------------------------------------------------------------------


def test_the_choice_is_kept_for_the_person_on_any_device(client, user):
    client.force_login(user)
    client.post("/language/", {"language": "en", "next": "/profile/"})
    user.refresh_from_db()
    assert user.language == "en"
    client.logout()
    client.cookies.clear()
    log_in(client)
    assert b"Profile" in client.get("/profile/").content


def test_a_stranger_chooses_for_the_browser(client):
    client.post("/language/", {"language": "en", "next": LOGIN})
    assert b"Log in" in client.get(LOGIN).content


@pytest.mark.parametrize("language", ["", "de", "zh-hans'"])
def test_a_language_that_is_not_offered_changes_nothing(client, user, language):
    client.force_login(user)
    assert client.post("/language/", {"language": language}).status_code == 302
    user.refresh_from_db()
    assert user.language == "zh-hans"


@pytest.mark.parametrize("way_back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_back_stays_in_the_house(client, way_back):
    assert client.post("/language/", {"language": "en", "next": way_back}).url == "/"


# --- The first page ------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "start"), [(Role.ENGINEER, "/queue/"), (Role.MANAGER, "/queue/"), (Role.CUSTOMER, "/portal/")])
def test_everybody_starts_at_their_own_work(client, role, start):
    client.force_login(worlds.make_user(role=role))
    assert client.get("/").url == start


def test_a_stranger_starts_at_the_login_and_comes_back(client, user):
    answer = client.get("/equipment/5/?a=b")
    assert answer.url == "/accounts/login/?next=/equipment/5/%3Fa%3Db"
    assert log_in(client, follow=False).status_code == 302


def test_the_operators_hint_stands_under_the_form(client, settings):
    assert b"demo@" not in client.get(LOGIN).content
    settings.LOGIN_HINT = "demo@example.com / <b>"
    assert b"demo@example.com / &lt;b&gt;" in client.get(LOGIN).content


def test_to_log_in_is_noted_but_changes_nobody(client, user):
    before = user.history.count()
    assert log_in(client).status_code == 302
    user.refresh_from_db()
    assert user.last_login is not None
    assert user.history.count() == before
