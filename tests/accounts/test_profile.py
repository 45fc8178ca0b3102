"""A person's own page and the tokens made there."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import path
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts import services
from accounts.models import ApiToken, Role
from accounts.secrets import PREFIX
from accounts.tokens import find
from core.errors import Invalid, NotAllowed, NotNow
from core.time import now
from tests import worlds

pytestmark = pytest.mark.django_db


class Echo(APIView):
    def get(self, request):
        membership = getattr(request.user, "membership", None)
        return Response({"who": request.user.email, "organization": membership and membership.organization.code})

    def post(self, request):
        return Response({})


urlpatterns = [path("api/echo/", Echo.as_view())]


@pytest.fixture
def user():
    return worlds.make_user("wang@example.com", role=Role.MANAGER, name="王敏")


def issue(user, scope="write", **facts):
    facts = {"name": "other helpdesk", "actor": user, "at": worlds.NOON} | facts
    return services.issue_token(user, scope=scope, **facts)


def bearer(secret):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


# --- Profile ---------------------------------------------------------------------------------------


def test_a_person_corrects_their_own_data_and_it_stands_in_the_history(client, user):
    client.force_login(user)
    answer = client.post("/profile/", {"name": "王小敏", "phone": "13800000000", "language": "en"})
    user.refresh_from_db()
    assert answer.status_code == 302
    assert (user.name, user.phone, user.language) == ("王小敏", "13800000000", "en")
    assert user.history.first().history_user == user
    assert answer.cookies["django_language"].value == "en"


def test_what_is_refused_is_kept_to_be_mended_and_changes_nothing(client, user):
    client.force_login(user)
    answer = client.post("/profile/", {"name": "", "phone": "13800000000", "language": "en"})
    user.refresh_from_db()
    assert answer.status_code == 422
    assert "13800000000" in answer.content.decode()
    assert (user.name, user.phone) == ("王敏", "")


def test_nobody_changes_their_role_on_the_way(client, user):
    client.force_login(user)
    client.post("/profile/", {"name": "王敏", "phone": "", "language": "en", "role": "admin", "is_staff": "on", "email": "x@example.com"})
    user.refresh_from_db()
    assert (user.role, user.is_staff, user.email) == (Role.MANAGER, False, "wang@example.com")


# --- Tokens on the page -------------------------------------------------------------------------------


def test_the_secret_is_shown_once_and_kept_as_a_hash(client, user):
    client.force_login(user)
    page = client.post("/profile/tokens/", {"name": "其他服务台", "scope": "read"})
    secret = re.search(rf"{PREFIX}[\w-]+(?=</code> <button)", page.content.decode()).group()
    token = ApiToken.objects.get()
    assert find(secret, worlds.NOON) == token
    assert secret not in client.get("/profile/").content.decode()
    assert secret not in str(ApiToken.objects.values_list()[0])
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_token_without_a_name_is_refused(client, user):
    client.force_login(user)
    assert client.post("/profile/tokens/", {"name": "", "scope": "read"}).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_new_secret_is_shown_once_and_the_one_before_opens_for_a_day(client, user):
    token, before = issue(user)
    client.force_login(user)
    page = client.post(f"/profile/tokens/{token.pk}/rotate/").content.decode()
    after = re.search(rf"{PREFIX}[\w-]+(?=</code> <button)", page).group()
    assert after != before
    at = now()
    assert find(before, at) == find(after, at) == token
    assert find(before, at + timedelta(hours=25)) is None
    assert find(after, at + timedelta(hours=25)) == token
    assert after not in client.get("/profile/").content.decode()
    assert (token.history.first().history_user, token.history.count()) == (user, 2)


def test_a_second_change_ends_the_first_secret(user):
    token, first = issue(user)
    second = services.rotate_token(token, actor=user, at=worlds.NOON)
    third = services.rotate_token(token, actor=user, at=worlds.NOON)
    assert [bool(find(secret, worlds.NOON)) for secret in (first, second, third)] == [False, True, True]


def test_only_the_owner_gives_a_new_secret_and_not_to_a_revoked_token(client, user):
    token, _secret = issue(worlds.make_user())
    client.force_login(user)
    assert client.post(f"/profile/tokens/{token.pk}/rotate/").status_code == 404
    with pytest.raises(NotAllowed):
        services.rotate_token(token, actor=user, at=worlds.NOON)
    services.revoke_token(token, actor=user, at=worlds.NOON)
    with pytest.raises(NotNow):
        services.rotate_token(token, actor=token.user, at=worlds.NOON)


def test_revoking_is_for_ones_own_tokens(client, user):
    token, _secret = issue(worlds.make_user())
    client.force_login(user)
    assert client.post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_revoked_token_is_gone_from_the_page_but_not_from_the_record(client, user):
    token, _secret = issue(user)
    client.force_login(user)
    client.post(f"/profile/tokens/{token.pk}/revoke/")
    assert "other helpdesk</strong>" not in client.get("/profile/").content.decode()
    assert [row.history_type for row in token.history.all()] == ["~", "+"]


def test_who_may_revoke(user):
    token, _secret = issue(worlds.make_user())
    with pytest.raises(NotAllowed):
        services.revoke_token(token, actor=worlds.make_user(role=Role.DISPATCHER), at=worlds.NOON)
    services.revoke_token(token, actor=user, at=worlds.NOON)
    services.revoke_token(token, actor=None, at=worlds.NOON + timedelta(days=1))
    assert token.revoked_at == worlds.NOON


@pytest.mark.parametrize("facts", [{"scope": "admin"}, {"scope": ""}])
def test_an_unknown_scope_is_refused(user, facts):
    with pytest.raises(Invalid):
        issue(user, **facts)


# --- Tokens at the door -------------------------------------------------------------------------------


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("scope", "method", "status"), [("read", "get", 200), ("read", "post", 403), ("write", "get", 200), ("write", "post", 200)]
)
def test_the_scope_covers_the_method(user, scope, method, status):
    _token, secret = issue(user, scope)
    assert getattr(bearer(secret), method)("/api/echo/").status_code == status


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer nothing", f"Bearer {PREFIX}x", "Bearer é", "bearer x"])
def test_a_token_that_opens_nothing_is_refused_as_json(user, header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.get("/api/echo/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.urls(__name__)
def test_neither_a_revoked_token_nor_one_of_a_closed_account_opens(user):
    token, secret = issue(user)
    services.revoke_token(token, actor=user, at=worlds.NOON)
    other = worlds.make_user()
    _token, others_secret = issue(other)
    other.is_active = False
    other.save()
    assert bearer(secret).get("/api/echo/").status_code == 401
    assert bearer(others_secret).get("/api/echo/").status_code == 401


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("belongs", [True, False])
def test_one_query_finds_token_person_and_organization(django_assert_num_queries, belongs):
    user = worlds.make_customer(worlds.make_organization()) if belongs else worlds.make_user()
    _token, secret = issue(user)
    client = bearer(secret)
    client.get("/api/echo/")  # notes the use, once an hour
    with django_assert_num_queries(1):
        answer = client.get("/api/echo/")
    assert bool(answer.data["organization"]) == belongs


def test_the_last_use_is_noted_once_an_hour(user):
    from accounts.tokens import note_use

    token, secret = issue(user)
    for minutes in (0, 59, 61):
        note_use(find(secret, worlds.NOON), worlds.NOON + timedelta(minutes=minutes))
        token.refresh_from_db()
        assert token.last_used_at == worlds.NOON + timedelta(minutes=61 if minutes == 61 else 0)


# --- Tokens from the command line -----------------------------------------------------------------------


def test_the_command_prints_the_token_alone(user):
    out = StringIO()
    call_command("api_token", "WANG@example.com", scope="read", stdout=out)
    secret = out.getvalue().removesuffix("\n")
    assert find(secret, worlds.NOON).scope == "read"
    assert " " not in secret


def test_by_default_it_may_write(user):
    out = StringIO()
    call_command("api_token", user.email, stdout=out)
    assert find(out.getvalue().strip(), worlds.NOON).scope == "write"


@pytest.mark.parametrize("active", [True, False])
def test_whom_it_cannot_serve_it_tells_in_a_sentence(user, active):
    user.is_active = active
    user.save()
    with pytest.raises(CommandError, match=r"nobody@example\.com|wang@example\.com") as refused:
        call_command("api_token", "nobody@example.com" if active else user.email)
    assert refused.value.returncode == 1
