"""The one-time link: opening it does nothing, sending it counts once, whoever finds it learns little."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client

from core.time import now
from surveys.models import SurveyAnswer, SurveyInvitation
from tests.surveys.worlds import link_of, make_survey, marks
from tests.worlds import make_promising_world
from tickets.models import Kind, Ticket

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SCORES = {"speed": "5", "quality": "4", "manner": "5", "words": "处理及时"}


@pytest.fixture(autouse=True)
def _nobody_was_here_before() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def link(world: World) -> str:
    return link_of(make_survey(world, now()))


def test_opening_the_link_shows_the_form_and_changes_nothing(client: Client, world: World, link: str):
    for method in ("get", "head", "get"):  # as a mail scanner does
        answer = getattr(client, method)(link)
        assert answer.status_code == 200
    assert SurveyInvitation.objects.filter(answered_at=None).exists()
    assert not SurveyAnswer.objects.exists()
    page = client.get(link).content.decode()
    assert "挂号系统打不开" in page
    assert world.engineer.name in page


def test_sending_the_form_counts_once(client: Client, link: str):
    answer = client.post(link, SCORES)
    assert answer.status_code == 200
    assert "谢谢" in answer.content.decode()
    said = SurveyAnswer.objects.get()
    assert marks(said) == {"speed": 5, "quality": 4, "manner": 5, "words": "处理及时"}
    assert (said.answered_by, said.channel) == (None, "mail")
    for again in (client.post(link, {**SCORES, "speed": "1"}), client.get(link)):
        assert again.status_code == 410
    assert marks(SurveyAnswer.objects.get())["speed"] == 5


def test_a_low_score_is_followed_up(client: Client, link: str):
    client.post(link, {**SCORES, "manner": "1"})
    ticket = Ticket.objects.get(kind=Kind.COMPLAINT)
    assert ticket.reporter == SurveyInvitation.objects.get(ticket__kind=Kind.FAULT).recipient
    assert ticket.events.earliest("seq").actor is None, "nobody logged in to say it"


@pytest.mark.parametrize(
    "change", [{"speed": ""}, {"quality": "0"}, {"manner": "6"}, {"speed": "x"}, {"words": "长" * 2001}], ids=lambda value: str(value)[:20]
)
def test_an_incomplete_form_is_shown_again_with_what_was_chosen(client: Client, link: str, change: dict[str, str]):
    answer = client.post(link, {**SCORES, **change})
    assert answer.status_code == 422
    assert answer.content.decode().count("checked") >= 2, "what was chosen stays"
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_nothing_else_is_understood(client: Client, link: str, method: str):
    assert getattr(client, method)(link).status_code == 405


def test_a_link_that_came_too_late_is_gone(client: Client, link: str):
    SurveyInvitation.objects.update(created_at=now() - timedelta(days=31), expires_at=now() - timedelta(days=1))
    for answer in (client.get(link), client.post(link, SCORES)):
        assert answer.status_code == 410
        assert "挂号系统打不开" not in answer.content.decode()
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 100])
def test_a_wrong_link_leads_nowhere(client: Client, link: str, token: str):
    for answer in (client.get(f"/s/{token}/"), client.post(f"/s/{token}/", SCORES)):
        assert answer.status_code == 404
        assert "链接" in answer.content.decode()


def test_every_answer_is_discreet(client: Client, link: str):
    for address in (link, "/s/unknown/"):
        answer = client.get(address)
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert 'name="robots" content="noindex' in answer.content.decode()


def test_links_cannot_be_tried_out(client: Client, link: str):
    statuses = [client.get(f"/s/{place:043d}/").status_code for place in range(45)]
    assert statuses[:40] == [404] * 40
    assert statuses[40:] == [429] * 5
    assert client.get(link).status_code == 429, "from that address nothing more for a while"
    assert Client(REMOTE_ADDR="203.0.113.9").get(link).status_code == 200, "others are not held up"


def test_the_form_needs_its_own_token_as_any_form(link: str):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, SCORES).status_code == 403
    token = strict.get(link).cookies["csrftoken"].value
    assert strict.post(link, {**SCORES, "csrfmiddlewaretoken": token}).status_code == 200


def test_the_page_speaks_the_language_of_the_person_asked_or_the_one_chosen(world: World):
    world.customer.language = "en"
    world.customer.save()
    link = link_of(make_survey(world, now()))
    client = Client(headers={"accept-language": "zh-CN"})
    assert "How did we do?" in client.get(link).content.decode()
    client.cookies["django_language"] = "zh-hans"
    answer = client.get(link)
    assert "服务满意度评价" in answer.content.decode()
    assert answer.headers["Content-Language"] == "zh-hans"


def test_words_are_words(client: Client, world: World, link: str):
    evil = "<script>alert(1)</script>"
    client.post(link, {**SCORES, "words": evil})
    client.force_login(world.manager)
    for address in ("/surveys/answers/", f"/surveys/{SurveyInvitation.objects.get(ticket__isnull=False).pk}/"):
        page = client.get(address).content.decode()
        assert evil not in page
        assert "&lt;script&gt;" in page
