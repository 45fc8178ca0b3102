"""Pages that say what went wrong and what to do."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import override

from accounts.access import manager_required
from core.errors import NotNow
from core.pages import BadCursor
from tests import worlds

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.urls(__name__)]


def refused(request):
    raise NotNow("The ticket is closed.")


def lost(request):
    raise BadCursor


def broken(request):
    raise RuntimeError("secret detail")


@manager_required
def guarded(request):
    return HttpResponse("in")


from servicedesk import urls as product  # noqa: E402

urlpatterns = [path("refused/", refused), path("lost/", lost), path("broken/", broken), path("guarded/", guarded), *product.urlpatterns]
handler400, handler403, handler404, handler500 = product.handler400, product.handler403, product.handler404, product.handler500


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing/", 404, "There is nothing here"),
        ("/refused/", 409, "The ticket is closed."),
        ("/lost/", 400, "start again from the first page"),
        ("/broken/", 500, "Something went wrong on our side"),
        ("/guarded/", 403, "Ask a manager of your office"),
    ],
)
def test_each_page_says_what_to_do_and_nothing_of_the_inside(client, address, status, words):
    client.raise_request_exception = False
    client.force_login(worlds.make_user(role="engineer", language="en"))
    client.cookies["django_language"] = "en"
    answer = client.get(address)
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "To my start page" in page
    assert "secret detail" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "403_csrf.html", "429.html", "500.html"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_they_need_neither_a_request_nor_a_database(template, language, django_db_blocker):
    with override(language), django_db_blocker.block():
        assert "<h1>" in render_to_string(template)
