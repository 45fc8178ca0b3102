"""Surveys over REST, written and sent: templates as drafts, rules, campaigns, posters, letters and codes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from accounts.models import KeyedRequest
from core.time import now
from surveys import selectors, services
from surveys.models import Cause, SurveyCampaign, SurveyInvitation, SurveyLink, SurveyTemplate
from tests.interface.changing import change, patch, refused, told
from tests.surveys.worlds import make_survey, make_template
from tests.tickets.rest import Program
from tests.visits.worlds import make_done, make_visit, photo
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEMPLATES, CAMPAIGNS, POSTERS = "survey-templates/", "survey-campaigns/", "survey-posters/"
SCORES = {"speed": 5, "quality": 5, "manner": 4}


@pytest.fixture
def world() -> World:
    return make_promising_world()


# --- Templates ----------------------------------------------------------------------------------


def test_a_template_is_written_published_and_retired(world: World):
    ours = Program(world, "manager")
    made = ours.post(TEMPLATES, {"code": "storage", "name": "存储", "theme_kind": "product"})
    body = told(made, 201)
    path = f"{TEMPLATES}{body['id']}/"
    assert made.headers["Location"].endswith(path)
    assert (body["version"], body["draft"]["number"], body["draft"]["questions"]) == (None, 1, [])
    refused(ours.post(f"{path}publish/"), 409, "survey_nothing_to_ask")
    told(change(ours, f"{path}draft/", {"intro": "三个问题"}, path))
    told(ours.post(f"{path}questions/", {"kind": "score", "label": "总体", "code": "overall"}))
    choices = [{"text": "速度"}, {"text": "价格", "low": True}]
    body = told(ours.post(f"{path}questions/", {"kind": "choice", "label": "看重", "choices": choices, "is_many": True}))
    first, second = body["draft"]["questions"]
    assert (first["code"], first["low_at"], second["code"], second["choices"][1]["low"]) == ("overall", 2, "q1", True)
    assert told(ours.post(f"survey-questions/{second['id']}/move/", {"up": True}))["position"] == 1
    assert told(change(ours, f"survey-questions/{first['id']}/", {"low_at": 3, "label": "总体满意度"}))["code"] == "overall"
    there = f"survey-questions/{second['id']}/"
    wrong = refused(change(ours, there, {"choices": [{"text": "快"}, {"text_en": "Price"}]}), 400)
    assert [row["pointer"] for row in wrong["errors"]] == ["/choices/1/text"]
    changed = told(change(ours, there, {"choices": [{"text": "快"}, {"text": "省", "low": True}]}))
    assert changed["choices"] == [{"text": "快", "text_en": "", "low": False}, {"text": "省", "text_en": "", "low": True}]
    assert (changed["label"], changed["is_many"]) == ("看重", True)
    body = told(ours.post(f"{path}publish/"))
    assert (body["version"], body["draft"], [row["code"] for row in body["questions"]]) == (1, None, ["q1", "overall"])
    refused(ours.get(f"survey-questions/{first['id']}/"), 404)
    refused(change(ours, f"{path}draft/", {"intro": "x"}, path), 409, "survey_frozen")
    third = told(ours.post(f"{path}edit/"))["draft"]["questions"][0]
    assert told(ours.post(f"survey-questions/{third['id']}/remove/"))["draft"]["questions"][0]["code"] == "overall"
    versions = told(Program(world, "engineer").get(f"{path}versions/"))
    assert [(row["number"], row["published_at"] is None, len(row["questions"])) for row in versions] == [(2, True, 1), (1, False, 2)]
    assert told(change(ours, path, {"is_active": False}))["is_active"] is False
    close = SurveyTemplate.objects.get(code="close")
    refused(change(ours, f"{TEMPLATES}{close.pk}/", {"is_active": False}), 400, "invalid")


def test_a_draft_is_changed_by_who_has_read_it_and_only_by_managers(world: World):
    template = make_template(world)
    path, ours = f"{TEMPLATES}{template.pk}/", Program(world, "manager")
    tag = ours.get(path).headers["ETag"]
    refused(patch(ours, f"{path}draft/", {"intro": "a"}), 428, "precondition_required")
    told(patch(ours, f"{path}draft/", {"intro": "a"}, tag))
    refused(patch(ours, f"{path}draft/", {"intro": "b"}, tag), 412, "stale")
    for role in ("engineer", "dispatcher", "supervisor"):
        refused(patch(Program(world, role), f"{path}draft/", {"intro": "b"}, tag), 403)
        refused(Program(world, role).post(f"{path}questions/", {"kind": "words", "label": "x"}), 403)
    refused(ours.post(f"{TEMPLATES}999999/publish/"), 404)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"kind": "mood"}, "/kind"),
        ({"label": ""}, "/label"),
        ({"low_at": 6}, "/low_at"),
        ({"kind": "choice", "choices": [{"text": "一"}]}, "/choices"),
        ({"kind": "choice", "choices": [{"text": "一"}, {"text": ""}]}, "/choices/1/text"),
        ({"code": "overall"}, "/code"),
        ({"code": "not a code"}, "/code"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_at_its_field(world: World, wrong: dict[str, Any], pointer: str):
    template = make_template(world)
    sent = {"kind": "score", "label": "x", **wrong}
    body = refused(Program(world, "manager").post(f"{TEMPLATES}{template.pk}/questions/", sent), 400)
    assert [row["pointer"] for row in body["errors"]] == [pointer]


def test_a_code_is_one_templates(world: World):
    for code in ("close", "new"):
        body = refused(Program(world, "manager").post(TEMPLATES, {"code": code, "name": "x"}), 400)
        assert body["errors"][0]["pointer"] == "/code"


# --- Who is asked -------------------------------------------------------------------------------


def test_a_rule_is_turned_on_from_now_on(world: World):
    ours = Program(world, "manager")
    rule = next(row for row in told(Program(world, "engineer").get("survey-rules/"))["results"] if row["cause"] == "visit")
    path = f"survey-rules/{rule['id']}/"
    refused(change(Program(world, "dispatcher"), path, {"is_active": True}), 403)
    body = told(change(ours, path, {"is_active": True, "share": 50}))
    assert (body["is_active"], body["share"], body["template"], bool(body["since"])) == (True, 50, "visit", True)
    refused(change(ours, path, {"share": 0}), 400)
    make_template(world)
    refused(change(ours, path, {"template": "own"}), 409, "survey_nothing_to_ask")


def test_a_campaign_is_written_once_shown_sent_and_stopped(world: World):
    ours, watcher = Program(world, "manager"), Program(world, "dispatcher")
    sent = {"name": "年度", "template": "close", "contracts": [world.contract.pk], "cap_days": 0, "external_id": "CRM-7"}
    body = told(ours.post(CAMPAIGNS, sent), 201)
    assert told(ours.post(CAMPAIGNS, sent))["id"] == body["id"]
    assert told(ours.post(CAMPAIGNS, {**sent, "name": "年度回访"}))["name"] == "年度回访"
    assert told(ours.post(CAMPAIGNS, sent))["name"] == "年度"
    assert SurveyCampaign.objects.count() == 1
    path = f"{CAMPAIGNS}{body['id']}/"
    assert told(change(ours, path, {"supervisors_only": True}))["contracts"] == [world.contract.pk]
    people = told(watcher.get(f"{path}people/"))
    assert [(row["person"], row["left_out"]) for row in people] == [(world.supervisor.pk, "")]
    refused(watcher.post(f"{path}start/"), 403)
    refused(ours.post(f"{path}stop/"), 409, "not_now")
    started = told(ours.post(f"{path}start/"))
    assert (started["state"], started["total"]) == ("sending", 1)
    refused(change(ours, path, {"name": "x"}), 409, "not_now")
    refused(ours.post(CAMPAIGNS, {**sent, "name": "x"}), 409, "not_now")
    assert told(ours.post(CAMPAIGNS, sent))["state"] == "sending"
    assert told(ours.post(f"{path}stop/"))["state"] == "stopped"
    assert [row["id"] for row in told(watcher.get(CAMPAIGNS, state="stopped", external_id="CRM-7"))["results"]] == [body["id"]]
    refused(Program(world, "engineer").get(CAMPAIGNS), 403)
    refused(Program(world, "engineer").get(path), 404)


def test_a_campaign_that_reaches_nobody_or_asks_nothing_is_refused(world: World):
    ours = Program(world, "manager")
    template = make_template(world)
    for code, office, status, said in (("own", None, 409, "survey_nothing_to_ask"), ("close", "far", 400, "invalid")):
        if office:
            type(world.office).objects.create(code=office, name=office)
        body = told(ours.post(CAMPAIGNS, {"name": "x", "template": code, "office": office}), 201)
        refused(ours.post(f"{CAMPAIGNS}{body['id']}/start/"), status, said)
    refused(ours.post(CAMPAIGNS, {"name": "x", "template": template.code, "organizations": [999_999]}), 400)
    refused(ours.post(CAMPAIGNS, {"name": "x", "template": "nothing"}), 400)


def test_a_poster_hangs_once_and_is_taken_down(world: World):
    ours, sent = Program(world, "dispatcher"), {"template": "close", "site": world.site.pk}
    body = told(ours.post(POSTERS, sent), 201)
    assert told(ours.post(POSTERS, sent))["id"] == body["id"]
    assert "/s/p/" in body["address"]
    refused(Program(world, "engineer").post(POSTERS, sent), 403)
    assert told(ours.post(f"{POSTERS}{body['id']}/take-down/"))["ended_at"]
    assert told(ours.get(POSTERS, hangs="true"))["results"] == []
    make_template(world)
    refused(ours.post(POSTERS, {**sent, "template": "own"}), 409, "survey_nothing_to_ask")


def test_lists_cost_the_same_however_long_they_are(world: World, django_assert_num_queries: Any):
    ours = Program(world, "manager")
    for code in ("one", "two"):
        make_template(world, code)
        told(ours.post(CAMPAIGNS, {"name": code, "template": "close", "contracts": [world.contract.pk]}), 201)
    for site in (world.site, world.other_site):
        told(ours.post(POSTERS, {"template": "close", "site": site.pk}), 201)
    # the person by token and the rows; versions and questions, published and written; organizations and contracts
    for path, rows, queries in ((TEMPLATES, 6, 6), (CAMPAIGNS, 2, 4), (POSTERS, 2, 2), ("survey-rules/", 4, 2)):
        with django_assert_num_queries(queries):
            assert len(told(ours.get(path))["results"]) == rows, path


# --- Asking and answering -----------------------------------------------------------------------


def test_a_customer_reads_what_they_are_asked(world: World):
    survey = make_survey(world, now())
    theirs = Program(world, "customer")
    asked = told(theirs.get(f"surveys/{survey.pk}/questions/"))
    assert [row["code"] for row in asked] == ["speed", "quality", "manner", "words"]
    assert told(theirs.post(f"surveys/{survey.pk}/answer/", {"answers": {row["code"]: 4 for row in asked[:3]}}))["answer"]["speed"] == 4
    refused(Program(world, "stranger").get(f"surveys/{survey.pk}/questions/"), 404)


def test_a_letter_is_sent_with_a_link_and_entered(world: World):
    make_survey(world, now())
    survey = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    ours, path = Program(world, "dispatcher"), f"surveys/{survey.pk}/"
    link = told(ours.post(f"{path}send-letter/"))
    assert selectors.by_token(link["address"].rstrip("/").rpartition("/")[2])[0] == survey
    assert told(ours.get(path))["letter_at"]
    asked = {row["code"]: 5 for row in told(ours.get(f"{path}questions/")) if row["kind"] == "score"}
    today = timezone.localdate(now())
    wrote = {"answers": asked, "wrote_on": today.isoformat()}
    refused(ours.post(f"{path}enter-letter/", wrote), 400, "invalid")
    refused(ours.post(f"{path}enter-letter/", {**wrote, "wrote_on": (today + timedelta(days=1)).isoformat(), "wrote_name": "王"}), 400)
    body = told(ours.post(f"{path}enter-letter/", {**wrote, "wrote_name": "王敏"}))
    assert body["answer"]["channel"] == "letter"
    refused(ours.post(f"{path}send-letter/"), 410, "survey_answered")
    refused(Program(world, "supervisor").post(f"{path}send-letter/"), 403)


def test_a_secret_link_is_kept_nowhere(world: World):
    visit, ours = make_done(world, at=now(), starts_at=None, ends_at=None), Program(world, "engineer")

    def ask(key: str) -> Any:
        given = {"content_type": "application/json", "headers": {"Idempotency-Key": key}}
        return ours.client.post("/api/v1/surveys/visit-code/", {"visit": visit.pk}, **given)

    first, second = told(ask("k")), told(ask("k"))
    assert first["survey"] == second["survey"]
    assert first["address"] != second["address"]
    assert not KeyedRequest.objects.exists()
    assert SurveyLink.objects.filter(invitation=first["survey"]).count() == 2
    refused(ours.post("surveys/visit-code/", {"visit": make_visit(world, at=now(), starts_at=None, ends_at=None).pk}), 409, "not_now")
    refused(ours.post("surveys/visit-code/", {"visit": 999_999}), 400)
    refused(Program(world, "customer").post("surveys/visit-code/", {"visit": visit.pk}), 403)


def test_the_scan_of_a_letter_is_fetched_by_ours(world: World):
    survey = make_survey(world, now())
    wrote = {"wrote_name": "王敏", "wrote_on": timezone.localdate(now()), "scan": photo()}
    said = services.enter_letter(survey, SCORES, actor=world.dispatcher, at=now(), **wrote)
    assert said is not None
    path = f"survey-answers/{said.pk}/scan/"
    assert b"".join(Program(world, "dispatcher").get(path).streaming_content).startswith(b"\x89PNG")
    refused(Program(world, "customer").get(path), 403)
    refused(Program(world, "stranger").get(path), 404)
