"""Templates are drafts until they are published, and frozen from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import DomainError
from surveys import selectors, services
from surveys.errors import BadScore, Frozen, NothingToAsk, Unanswered
from surveys.forms import choices_as_text, choices_in
from surveys.models import SurveyQuestion, SurveyTemplate, SurveyVersion
from tests.surveys.worlds import asked, make_version, marks
from tests.worlds import NOON, make_promising_world

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CHOICE = {"kind": "choice", "label": "改进", "choices": [{"text": "备件"}, {"text": "培训", "low": True}], "is_required": False}


@pytest.fixture
def world() -> World:
    return make_promising_world()


def close() -> SurveyTemplate:
    return SurveyTemplate.objects.get(code="close")


def test_editing_makes_a_new_version_and_the_published_one_stays(world: World):
    first = selectors.published(close())
    draft = services.edit(close(), actor=world.manager, at=NOON)
    assert services.edit(close(), actor=world.manager, at=NOON) == draft, "one draft at a time"
    assert [row.code for row in selectors.questions_of(draft)] == ["speed", "quality", "manner", "words"]
    services.add_question(draft, services.Question(kind="nps", label="推荐", low_at=3), actor=world.manager)
    assert selectors.published(close()) == first, "nothing is sent of a draft"
    services.publish(draft, actor=world.manager, at=NOON)
    assert selectors.published(close()).number == 2
    assert len(selectors.questions_of(first)) == 4


def test_a_published_version_is_frozen(world: World):
    version = selectors.published(close())
    question = selectors.questions_of(version)[0]
    text = services.Question(kind="score", label="别的")
    for act in (
        lambda: services.add_question(version, text, actor=world.manager),
        lambda: services.change_question(question, text, actor=world.manager),
        lambda: services.move_question(question, actor=world.manager, up=False),
        lambda: services.remove_question(question, actor=world.manager),
        lambda: services.save_version(version, actor=world.manager, intro="x"),
        lambda: services.publish(version, actor=world.manager, at=NOON),
    ):
        with pytest.raises(Frozen):
            act()


def test_the_database_keeps_one_draft_and_one_code(world: World):
    draft = services.edit(close(), actor=world.manager, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyVersion.objects.create(template=close(), number=9, made_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyQuestion.objects.create(version=draft, position=9, code="speed", kind="score", label="x")


def test_questions_move_and_go(world: World):
    draft = services.edit(close(), actor=world.manager, at=NOON)
    rows = selectors.questions_of(draft)
    services.move_question(rows[0], actor=world.manager, up=True)
    services.move_question(rows[0], actor=world.manager, up=False)
    services.remove_question(rows[2], actor=world.manager)
    assert [row.code for row in selectors.questions_of(draft)] == ["quality", "speed", "words"]


def test_an_empty_template_is_not_published_and_others_may_not_write(world: World):
    template = services.make_template(actor=world.manager, at=NOON, code="Blank Page", name="空")
    assert template.code == "blank-page"
    with pytest.raises(NothingToAsk):
        services.publish(selectors.draft_of(template), actor=world.manager, at=NOON)
    with pytest.raises(DomainError):
        services.edit(template, actor=world.dispatcher, at=NOON)


def test_choices_are_written_as_lines():
    found = choices_in("是 | Yes\n\n! 否 | No\n也许")
    assert found == [
        {"text": "是", "text_en": "Yes", "low": False},
        {"text": "否", "text_en": "No", "low": True},
        {"text": "也许", "text_en": "", "low": False},
    ]
    assert choices_in(choices_as_text(found)) == found


@pytest.mark.parametrize(
    ("question", "value", "refusal"),
    [
        ({"kind": "score"}, 6, BadScore),
        ({"kind": "score"}, "5", BadScore),
        ({"kind": "score"}, None, Unanswered),
        ({"kind": "nps"}, 11, BadScore),
        ({"kind": "nps"}, -1, BadScore),
        (CHOICE, 2, BadScore),
        (CHOICE, [0, 1], BadScore),
        ({"kind": "words"}, "  ", Unanswered),
    ],
    ids=str,
)
def test_each_kind_of_question_knows_its_answers(world: World, question: dict[str, Any], value: Any, refusal: type[DomainError]):
    version = make_version(world, "kinds", {"label": "问", "code": "it", **question})
    with pytest.raises((refusal, NothingToAsk)) as caught:
        services.answer(asked(world, version), {"it": value}, actor=None, at=NOON)
    assert caught.value.field in {"it", ""}


@pytest.mark.parametrize(
    ("question", "value", "low"),
    [
        ({"kind": "score", "low_at": 3}, 3, True),
        ({"kind": "score", "low_at": 1}, 2, False),
        ({"kind": "score"}, 1, False),
        ({"kind": "nps", "low_at": 6}, 6, True),
        ({"kind": "nps", "low_at": 6}, 0, True),
        ({"kind": "nps", "low_at": 6}, 7, False),
        (CHOICE, 0, False),
        (CHOICE, 1, True),
    ],
    ids=str,
)
def test_the_threshold_of_the_question_says_what_is_low(world: World, question: dict[str, Any], value: int, *, low: bool):
    version = make_version(world, "low", {"label": "问", "code": "it", **question})
    said = services.answer(asked(world, version), {"it": value}, actor=None, at=NOON)
    assert said.is_low is low
    assert (said.follow_up is not None) is low
    assert marks(said) == {"it": value}


def test_several_choices_are_several_rows(world: World):
    version = make_version(world, "many", {**CHOICE, "code": "it", "is_many": True})
    said = services.answer(asked(world, version), {"it": [1, 0, 1]}, actor=None, at=NOON)
    assert sorted(row.value for row in said.values.all()) == [0, 1]


@pytest.mark.parametrize("value", [[[0], [1]], [0, "1"], [{}], [None, 1]], ids=str)
def test_what_programs_send_as_several_choices_is_refused_and_breaks_nothing(client: Client, world: World, value: Any):
    version = make_version(world, "many", {**CHOICE, "code": "it", "is_many": True})
    survey = asked(world, version)
    client.force_login(world.customer)
    sent = client.post(f"/api/v1/surveys/{survey.pk}/answer/", {"answers": {"it": value}}, content_type="application/json")
    assert sent.status_code == 400


def test_a_template_is_written_on_whatever_its_code_is_spelt_like(client: Client, world: World):
    client.force_login(world.manager)
    facts = {"code": "UPS-A", "name": "电源产品", "theme_kind": "product"}
    made = client.post("/surveys/templates/new/", facts)
    assert client.get(made.headers["Location"]).status_code == 200
    assert client.post("/surveys/templates/new/", {**facts, "code": "new"}).status_code == 422, "its page would be another one"


def test_a_question_of_another_kind_is_another_question(world: World):
    version = make_version(world, "kinds", {"kind": "score", "label": "问", "code": "it"})
    draft = services.edit(version.template, actor=world.manager, at=NOON)
    (row,) = selectors.questions_of(draft)
    same = services.change_question(row, services.Question(kind="score", label="问一"), actor=world.manager)
    assert same.code == "it"
    other = services.change_question(row, services.Question(kind="words", label="问二"), actor=world.manager)
    assert other.code != "it"


@pytest.mark.parametrize("choices", ["\n".join(f"选项 {n}" for n in range(21)), f"甲\n{'长' * 121}", "甲\n乙\n| Price"], ids=len)
def test_choices_that_would_be_lost_are_refused_with_what_was_typed(client: Client, world: World, choices: str):
    services.make_template(actor=world.manager, at=NOON, code="ups", name="电源")
    client.force_login(world.manager)
    refused = client.post("/surveys/templates/ups/questions/", {"kind": "choice", "label": "选", "choices": choices})
    page = refused.content.decode()
    assert (refused.status_code, 'id="id_choices_error"' in page, choices.splitlines()[-1] in page) == (422, True, True)
    assert not SurveyQuestion.objects.filter(version__template__code="ups").exists()


def test_a_manager_writes_a_template_on_the_pages(client: Client, world: World):
    client.force_login(world.manager)
    made = client.post(
        "/surveys/templates/new/", {"code": "ups", "name": "电源产品", "name_en": "UPS", "theme_kind": "product", "theme": "UPS"}
    )
    assert (made.status_code, made.headers["Location"]) == (302, "/surveys/templates/ups/edit/")
    question = {"kind": "score", "label": "产品质量", "low_at": "2", "is_required": "on"}
    assert client.post("/surveys/templates/ups/questions/", question).status_code == 302
    refused = client.post("/surveys/templates/ups/questions/", {"kind": "choice", "label": "选一个", "choices": "只有一个"})
    assert refused.status_code == 422
    assert client.post("/surveys/templates/ups/questions/", {"kind": "choice", "label": "选", "choices": "a|A\n!b|B"}).status_code == 302
    second = SurveyQuestion.objects.get(label="选")
    assert client.post(f"/surveys/questions/{second.pk}/up/").status_code == 302
    assert client.post(f"/surveys/questions/{second.pk}/", {"kind": "words", "label": "说说"}).status_code == 302
    assert client.post("/surveys/templates/ups/edit/", {"intro": "谢谢", "is_anonymous": "on"}).status_code == 302
    shown = client.get("/surveys/templates/ups/preview/1/").content.decode()
    assert "产品质量" in shown
    assert "谢谢" in shown
    assert client.post("/surveys/templates/ups/publish/").status_code == 302
    version = selectors.published(SurveyTemplate.objects.get(code="ups"))
    assert [row.label for row in selectors.questions_of(version)] == ["说说", "产品质量"]
    assert version.is_anonymous
    assert client.post(f"/surveys/questions/{second.pk}/remove/").status_code == 404, "what is published cannot be touched"
    for address in ("/surveys/templates/", "/surveys/templates/ups/", "/surveys/templates/ups/facts/"):
        assert "电源产品" in client.get(address).content.decode()
