"""What was answered, question by question, and the low answers until the customer is satisfied."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from loops.models import Loop
from surveys import selectors, services
from surveys.models import SurveyAnswer, SurveyTemplate
from surveys.selectors.results import nps_of
from tests.surveys.worlds import CONTENT, CROSS, asked, make_survey, make_version
from tests.worlds import NOON, make_promising_world, make_user

if TYPE_CHECKING:
    from django.test import Client

    from surveys.models import SurveyVersion
    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = timedelta(days=1)
QUESTIONS = (
    {"code": "overall", "kind": "score", "label": "总体", "low_at": 2},
    {"code": "recommend", "kind": "nps", "label": "推荐", "low_at": 3},
    {
        "code": "better",
        "kind": "choice",
        "label": "改进",
        "is_many": True,
        "is_required": False,
        "choices": [{"text": "备件"}, {"text": "培训"}],
    },
    {"code": "words", "kind": "words", "label": "说说", "is_required": False},
)


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def version(world: World) -> SurveyVersion:
    return make_version(world, "product", *QUESTIONS)


def say(
    world: World, version: SurveyVersion, overall: int, recommend: int, better: tuple[int, ...] = (), at: datetime = NOON, **facts: object
):
    given = {"overall": overall, "recommend": recommend, "better": list(better), "words": f"说 {overall}"}
    return services.answer(asked(world, version, at=at, **facts), given, actor=None, at=at)


@pytest.mark.parametrize(
    ("counted", "score"), [({}, None), ({9: 1, 10: 1}, 100), ({6: 1}, -100), ({10: 5, 8: 3, 0: 2}, 30), ({7: 4}, 0)], ids=str
)
def test_the_net_promoter_score_is_who_is_for_us_less_who_is_against(counted: dict[int, int], score: float | None):
    assert nps_of(counted) == score


def test_a_choice_is_counted_by_its_words_wherever_it_stands_in_the_newest_version(world: World, version: SurveyVersion):
    say(world, version, 5, 10, (0, 1))
    draft = services.edit(version.template, actor=world.manager, at=NOON)
    better = next(row for row in selectors.questions_of(draft) if row.code == "better")
    choices = [{"text": "文档"}, {"text": "备件"}]
    changed = services.Question(kind="choice", label="改进", is_many=True, is_required=False, choices=choices)
    services.change_question(better, changed, actor=world.manager)
    newest = services.publish(draft, actor=world.manager, at=NOON)
    say(world, newest, 5, 10, (0, 1))
    found = selectors.results(SurveyAnswer.objects.all(), version.template)[2]
    assert [(share[0], share[1]) for share in found.shares] == [("文档", 1), ("备件", 2), ("培训", 1)]


def test_each_kind_of_question_has_its_figures(world: World, version: SurveyVersion):
    say(world, version, 5, 10, (0, 1))
    say(world, version, 4, 9, (0,))
    say(world, version, 2, 3)
    asked(world, version)
    wanted = selectors.Filters(template=version.template)
    rows, _few = selectors.answers_in(world.manager, wanted)
    overall, recommend, better, words = selectors.results(rows, version.template)
    assert overall.mean == pytest.approx(11 / 3)
    assert [(share[0], share[1]) for share in overall.shares] == [("1", 0), ("2", 1), ("3", 0), ("4", 1), ("5", 1)]
    assert [share[3] for share in overall.shares] == [True, True, False, False, False]
    assert recommend.nps == pytest.approx(100 / 3)
    assert [share[:3] for share in better.shares] == [("备件", 2, 100), ("培训", 1, 50)], "of the two who chose"
    assert (words.answered, words.shares) == (3, [])
    assert selectors.response(world.manager, wanted) == {"asked": 4, "answered": 3}


def test_answers_of_earlier_versions_count_by_the_code_of_the_question(world: World, version: SurveyVersion):
    say(world, version, 5, 9)
    draft = services.edit(version.template, actor=world.manager, at=NOON)
    first = selectors.questions_of(draft)[0]
    services.change_question(first, services.Question(kind="score", label="总体满意度", low_at=2), actor=world.manager)
    services.publish(draft, actor=world.manager, at=NOON)
    services.answer(asked(world, draft), {"overall": 3, "recommend": 9}, actor=None, at=NOON)
    result = selectors.results(SurveyAnswer.objects.all(), version.template)[0]
    assert (str(result.question), result.answered, result.mean) == ("总体满意度", 2, 4.0)


def test_results_are_narrowed_and_follow_the_quarters(world: World, version: SurveyVersion):
    colleague = make_user(office=world.office, name="周婷")
    say(world, version, 5, 9, engineer=world.engineer)
    say(world, version, 3, 9, engineer=colleague)
    say(world, version, 1, 9, at=datetime(2026, 9, 30, 16, 0, tzinfo=UTC))  # midnight in Shanghai: the first of October
    say(world, version, 2, 9, at=datetime(2026, 9, 30, 15, 59, tzinfo=UTC))
    only = {"engineer": colleague.pk}
    assert selectors.answers_in(world.manager, selectors.Filters(template=version.template, **only))[0].count() == 1
    for day, count in ((date(2026, 11, 1), 3), (date(2026, 8, 1), 1), (date(2026, 1, 1), 0)):
        assert selectors.answers_in(world.manager, selectors.Filters(template=version.template, quarter=day))[0].count() == count
    labels, lines = selectors.trend(SurveyAnswer.objects.all(), version.template)
    assert labels == ["2026Q3", "2026Q4"]
    assert [values for question, values in lines if question.code == "overall"] == [[2.0, 3.0]]
    engineers = selectors.groups_of(SurveyAnswer.objects.all(), "engineer")
    assert [(row["name"], row["mean"]) for row in engineers] == [("周婷", 3.0), (world.engineer.name, 5.0)]


def test_the_page_and_its_files_say_the_same(client: Client, world: World, version: SurveyVersion):
    say(world, version, 5, 10, (1,), at=now())
    client.force_login(world.dispatcher)
    address = f"/surveys/results/?template={version.template.code}"
    page = client.get(address).content.decode()
    for words in ("总体", "5.00", "培训", "说 5"):
        assert words in page
    csv = b"".join(client.get(f"/surveys/results/csv/?template={version.template.code}")).decode()
    assert "说 5" in csv
    assert "培训" in csv
    book = b"".join(client.get(f"/surveys/results/xlsx/?template={version.template.code}"))
    assert len([name for name in zipfile.ZipFile(io.BytesIO(book)).namelist() if name.startswith("xl/worksheets/sheet")]) == 2
    assert client.get("/surveys/results/pdf/").status_code == 404
    for odd in ("?template=nothing", "?office=x", "?quarter=1999Q1", "?engineer=99999999999999999999999999"):
        assert client.get(f"/surveys/results/{odd}").status_code == 200


def test_a_low_answer_is_listed_until_the_customer_is_satisfied(client: Client, world: World):
    said = services.answer(make_survey(world, now()), CROSS, actor=None, at=now())
    services.answer(make_survey(world, now()), CONTENT, actor=None, at=now())
    loop = said.follow_up.loop
    assert (loop.source, loop.key) == ("survey", f"survey:answer:{said.pk}")
    client.force_login(world.manager)
    assert said.follow_up.number in client.get("/surveys/low/?state=open").content.decode()
    assert said.follow_up.number not in client.get("/surveys/low/?state=satisfied").content.decode()
    after = loop.created_at + 2 * DAY
    Loop.objects.filter(pk=loop.pk).update(stage="satisfied", satisfied_at=after, ended_at=after)
    assert selectors.satisfied_again(SurveyAnswer.objects.all()) == {"low": 1, "satisfied": 1, "took": 2 * DAY}
    page = client.get("/surveys/low/?state=satisfied").content.decode()
    assert said.follow_up.number in page
    assert "100 %" in page


@pytest.mark.parametrize("address", ["/surveys/low/", "/surveys/answers/", "/surveys/results/?template=close", "/api/v1/survey-answers/"])
def test_a_list_takes_the_same_queries_for_one_and_for_many(client: Client, world: World, address: str):
    client.force_login(world.manager)
    counts = []
    for many in (2, 6):
        for _each in range(many):
            services.answer(make_survey(world, now(), engineer=make_user(office=world.office)), CROSS, actor=None, at=now())
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert SurveyTemplate.objects.count() >= 4
