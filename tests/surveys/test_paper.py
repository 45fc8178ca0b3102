"""Letters, codes and posters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.errors import DomainError
from core.queue import drain
from core.time import now
from surveys import selectors, services
from surveys.errors import AlreadyAnswered, TooMany
from surveys.models import Cause, SurveyAnswer, SurveyInvitation, SurveyLink, SurveyPoster, SurveyTemplate
from surveys.services import answering
from tests.surveys.worlds import make_survey, marks
from tests.visits.worlds import make_done, make_visit, photo
from tests.worlds import NOON, make_promising_world

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = timedelta(days=1)
SCORES = {"speed": 2, "quality": 4, "manner": 5, "words": "来得晚"}


@pytest.fixture(autouse=True)
def _nobody_was_here_before() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def quarter(world: World) -> SurveyInvitation:
    drain(services.invite_next_batch, at=NOON)
    return SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)


def enter(world: World, survey: SurveyInvitation, **facts: Any) -> SurveyAnswer | None:
    given = {"actor": world.dispatcher, "at": NOON + 3 * DAY, "wrote_name": "王主任", "wrote_on": date(2026, 11, 21), "scan": None, **facts}
    return services.enter_letter(survey, SCORES, **given)


def test_a_letter_is_entered_with_who_wrote_it_when_and_its_scan(client: Client, world: World, quarter: SurveyInvitation):
    services.send_letter(quarter, actor=world.dispatcher, at=NOON)
    said = enter(world, quarter, scan=photo())
    assert (said.channel, said.wrote_name, said.entered_by, said.answered_by) == ("letter", "王主任", world.dispatcher, None)
    assert said.answered_at.date() == date(2026, 11, 21)
    assert said.is_low
    assert said.follow_up.contact_name == "王主任"
    with pytest.raises(AlreadyAnswered):
        enter(world, quarter)
    client.force_login(world.manager)
    scan = client.get(f"/surveys/answers/{said.pk}/scan/")
    assert (scan.status_code, scan.headers["Content-Type"]) == (200, "image/png")
    assert "sandbox" in scan.headers["Content-Security-Policy"]
    assert b"".join(scan).startswith(b"\x89PNG")
    scan.close()
    client.force_login(world.engineer)
    assert client.get(f"/surveys/answers/{said.pk}/scan/").status_code == 404


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"wrote_name": " "}, "who wrote"),
        ({"wrote_on": date(2027, 1, 1)}, "in the future"),
        ({"actor": "engineer"}, "not theirs to enter"),
        ({"scan": SimpleUploadedFile("x.exe", b"MZ\x00\x00")}, "no picture"),
    ],
    ids=str,
)
def test_a_letter_that_cannot_be_is_refused(world: World, quarter: SurveyInvitation, facts: dict[str, Any], why: str):
    if "actor" in facts:
        facts = {"actor": world.engineer}
    with pytest.raises(DomainError):
        enter(world, quarter, **facts)
    assert not SurveyAnswer.objects.exists(), why


def test_a_letter_of_today_is_entered_before_breakfast(world: World, quarter: SurveyInvitation):
    early = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # half past six on the 21st in Shanghai
    assert enter(world, quarter, at=early, wrote_on=date(2026, 11, 21)) is not None
    assert SurveyAnswer.objects.get().answered_at == early


def test_who_could_not_be_asked_is_asked_by_letter(client: Client, world: World):
    for person in (world.customer, world.supervisor):
        person.is_active = False
        person.save()
    drain(services.invite_next_batch, at=now())
    survey = SurveyInvitation.objects.get(contract=world.contract)
    assert survey.sent_at is None
    client.force_login(world.dispatcher)
    shown = client.get(f"/surveys/{survey.pk}/letter/")
    assert shown.status_code == 200
    assert not SurveyLink.objects.exists(), "looking prints nothing"
    printed = client.post(f"/surveys/{survey.pk}/letter/").content.decode()
    assert "sheet-code" in printed
    survey.refresh_from_db()
    assert survey.sent_at == survey.letter_at is not None
    assert selectors.left_out(world.manager).filter(pk=survey.pk).count() == 0
    form = {**SCORES, "wrote_on": now().date().isoformat(), "wrote_name": "王主任"}
    assert client.post(f"/surveys/{survey.pk}/enter/", {**form, "speed": ""}).status_code == 422
    assert client.post(f"/surveys/{survey.pk}/enter/", form).status_code == 302
    assert marks(SurveyAnswer.objects.get())["speed"] == 2


def test_the_engineer_shows_a_code_after_the_visit(client: Client, world: World):
    visit = make_done(world)
    client.force_login(world.engineer)
    assert "sheet-code" not in client.get(f"/surveys/visits/{visit.pk}/code/").content.decode()
    page = client.post(f"/surveys/visits/{visit.pk}/code/").content.decode()
    link = page.split("/s/")[1].split("/")[0]
    client.post(f"/surveys/visits/{visit.pk}/code/")
    survey = SurveyInvitation.objects.get(visit=visit)
    assert survey.engineer == world.engineer
    assert survey.links.count() == 2, "the code is shown again with another secret"
    other = Client(REMOTE_ADDR="203.0.113.7")
    assert other.post(f"/s/{link}/", {**SCORES, "tidy": "0"}).status_code == 200
    said = SurveyAnswer.objects.get()
    assert (said.channel, said.visit) == ("qr", visit)
    assert other.post(f"/s/{link}/", {**SCORES, "tidy": "0"}).status_code == 410


def test_before_the_visit_is_over_there_is_no_code(world: World):
    with pytest.raises(DomainError):
        services.visit_survey(make_visit(world), actor=world.engineer, at=NOON)


def poster_of(world: World) -> SurveyPoster:
    return services.put_up(SurveyTemplate.objects.get(code="close"), world.site, actor=world.dispatcher, at=now())


def test_whoever_passes_a_poster_may_answer_once_a_day(client: Client, world: World):
    poster = poster_of(world)
    assert poster_of(world) == poster, "one hangs there"
    address = f"/s/p/{poster.token}/"
    assert client.get(address).status_code == 200
    assert not SurveyAnswer.objects.exists()
    assert "谢谢" in client.post(address, SCORES).content.decode()
    client.post(address, SCORES)
    said = SurveyAnswer.objects.get()
    assert (said.poster, said.site, said.invitation, said.channel) == (poster, world.site, None, "poster")
    assert said.follow_up.site == world.site
    assert Client(REMOTE_ADDR="203.0.113.8").get(address).status_code == 200
    services.take_down(poster, actor=world.dispatcher, at=now())
    assert Client(REMOTE_ADDR="203.0.113.8").get(address).status_code == 410
    assert client.get("/s/p/unknown/").status_code == 404


def test_a_poster_is_not_answered_without_end(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answering, "A_DAY", 2)
    poster = poster_of(world)
    for _each in range(2):
        services.answer_poster(poster, {**SCORES, "speed": 5}, at=NOON)
    with pytest.raises(TooMany):
        services.answer_poster(poster, SCORES, at=NOON)
    services.answer_poster(poster, SCORES, at=NOON + DAY)


def test_posters_are_made_printed_and_taken_down_on_the_pages(client: Client, world: World):
    client.force_login(world.dispatcher)
    made = client.post("/surveys/posters/", {"template": SurveyTemplate.objects.get(code="close").pk, "site": world.site.pk})
    assert made.status_code == 302
    assert "sheet-code" in client.get(made.headers["Location"]).content.decode()
    assert world.site.name in client.get("/surveys/posters/").content.decode()
    assert client.post(f"{made.headers['Location']}down/").status_code == 302
    assert SurveyPoster.objects.get().ended_at is not None


def test_a_survey_page_says_what_our_people_may_do(client: Client, world: World):
    survey = make_survey(world, now())
    client.force_login(world.dispatcher)
    assert f"/surveys/{survey.pk}/letter/" in client.get(f"/surveys/{survey.pk}/").content.decode()
    client.force_login(world.engineer)
    assert f"/surveys/{survey.pk}/letter/" not in client.get(f"/surveys/{survey.pk}/").content.decode()
