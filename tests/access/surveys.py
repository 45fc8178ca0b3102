"""Surveys, on pages, by their secret links, and over REST."""

from __future__ import annotations

from typing import Any

from core.time import now
from surveys import services
from surveys.models import Cause, SurveyInvitation, SurveyRule, SurveyTemplate
from tests.access import DISPATCHERS, EVERYBODY, MANAGERS, OWN, PEOPLE, STAFF, Row, own, row
from tests.surveys import worlds
from tests.visits.worlds import make_done, photo
from tests.worlds import NOON, make_user

SCORES = {"speed": 5, "quality": 5, "manner": 4}
LINK = "s/(?P<token>[A-Za-z0-9_-]{1,100})/"
POSTER = "s/p/(?P<token>[A-Za-z0-9_-]{1,100})/"
TEMPLATE = {"name": "t", "theme_kind": "other", "is_active": "on"}
TERMS = {"share": 100, "cap_days": 0, "remind_after_days": 0, "remind_times": 0, "valid_days": 30}


def prepare(world: Any) -> dict[str, Any]:
    """A ticket's survey about the engineer, one about a colleague, the quarter's; a letter, a draft, a campaign, a poster, a visit."""
    survey = worlds.make_survey(world)
    letter = worlds.make_survey(world, engineer=make_user(office=world.office))
    wrote = {"wrote_name": "王敏", "wrote_on": NOON.date(), "scan": photo()}
    answered = services.enter_letter(letter, {**SCORES, "speed": 4}, actor=world.dispatcher, at=NOON, **wrote)
    close = SurveyTemplate.objects.get(code="close")
    draft = services.edit(SurveyTemplate.objects.get(code="visit"), actor=world.manager, at=NOON)
    campaign = services.save_campaign(None, actor=world.manager, at=NOON, name="c", template=close, organizations=[world.organization])
    return {
        "survey": survey,
        "survey_template": close,
        "survey_link": worlds.link_of(survey),
        "colleagues": worlds.make_survey(world, engineer=make_user(office=world.office)),
        "quarters": SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract),
        "survey_answer": answered,
        "question": draft.questions.order_by("position").last(),
        "survey_rule": SurveyRule.objects.get(cause=Cause.VISIT),
        "survey_campaign": campaign,
        "survey_poster": services.put_up(close, world.site, actor=world.dispatcher, at=now()),
        "done_visit": make_done(world),
    }


def page(path: str, let_in: frozenset[str] = STAFF, address: str = "", **more: Any) -> Row:
    """A page of ours."""
    return row(f"surveys/{path}", f"/surveys/{address or path}", let_in=let_in, **more)


def sent(path: str, let_in: frozenset[str], address: str = "", **more: Any) -> Row:
    """What is sent to a page of ours."""
    return page(path, let_in, address, method="post", **more)


KEY = "(?P<pk>[0-9]+)/"


def rest(path: str, let_in: frozenset[str] = STAFF, *, thing: str = "", **more: Any) -> Row:
    """An address of the REST interface that is ours."""
    return row(f"api/v1/{path}", f"/api/v1/{thing or path}", let_in=let_in, **more)


ROWS = [
    row("surveys/", let_in=PEOPLE),
    page("answers/"),
    own("surveys/answers/<int:pk>/", "/surveys/answers/{survey_answer.pk}/", let_in=DISPATCHERS | OWN, engineer="missing"),
    page("answers/<int:pk>/scan/", DISPATCHERS, "answers/{survey_answer.pk}/scan/", engineer="missing"),
    page("low/"),
    page("left-out/", DISPATCHERS),
    page("results/", DISPATCHERS),
    page("results/<str:kind>/", DISPATCHERS, "results/csv/"),
    page("templates/"),
    page("templates/new/", MANAGERS),
    sent("templates/new/", MANAGERS),
    page("templates/<slug:code>/", address="templates/close/"),
    page("templates/<slug:code>/facts/", MANAGERS, "templates/close/facts/"),
    sent("templates/<slug:code>/facts/", MANAGERS, "templates/close/facts/", data=TEMPLATE),
    page("templates/<slug:code>/edit/", MANAGERS, "templates/visit/edit/"),
    sent("templates/<slug:code>/edit/", MANAGERS, "templates/visit/edit/", data={"intro": "x"}),
    sent("templates/<slug:code>/publish/", MANAGERS, "templates/visit/publish/"),
    page("templates/<slug:code>/preview/<int:number>/", address="templates/close/preview/1/"),
    sent("templates/<slug:code>/questions/", MANAGERS, "templates/visit/questions/", data={"kind": "words", "label": "x"}),
    page("questions/<int:pk>/", MANAGERS, "questions/{question.pk}/"),
    sent("questions/<int:pk>/", MANAGERS, "questions/{question.pk}/", data={"kind": "words", "label": "x"}),
    sent("questions/<int:pk>/<str:step>/", MANAGERS, "questions/{question.pk}/up/"),
    page("rules/"),
    page("rules/<int:pk>/", MANAGERS, "rules/{survey_rule.pk}/"),
    sent("rules/<int:pk>/", MANAGERS, "rules/{survey_rule.pk}/"),
    page("campaigns/", DISPATCHERS),
    page("campaigns/new/", MANAGERS),
    sent("campaigns/new/", MANAGERS),
    page("campaigns/<int:pk>/", DISPATCHERS, "campaigns/{survey_campaign.pk}/"),
    page("campaigns/<int:pk>/edit/", MANAGERS, "campaigns/{survey_campaign.pk}/edit/"),
    sent("campaigns/<int:pk>/edit/", MANAGERS, "campaigns/{survey_campaign.pk}/edit/"),
    sent("campaigns/<int:pk>/<str:step>/", MANAGERS, "campaigns/{survey_campaign.pk}/stop/"),
    page("posters/", DISPATCHERS),
    sent("posters/", DISPATCHERS),
    page("posters/<int:pk>/", DISPATCHERS, "posters/{survey_poster.pk}/"),
    page("visits/<int:pk>/code/", address="visits/{done_visit.pk}/code/"),
    sent("visits/<int:pk>/code/", STAFF, "visits/{done_visit.pk}/code/"),
    page("<int:pk>/letter/", DISPATCHERS, "{quarters.pk}/letter/"),
    sent("<int:pk>/letter/", DISPATCHERS, "{quarters.pk}/letter/"),
    page("<int:pk>/enter/", DISPATCHERS, "{quarters.pk}/enter/"),
    sent("<int:pk>/enter/", DISPATCHERS, "{quarters.pk}/enter/"),
    own("surveys/<int:pk>/", "/surveys/{survey.pk}/"),
    own("surveys/<int:pk>/", "/surveys/{survey.pk}/", method="post", let_in=OWN, data=SCORES),
    own("surveys/<int:pk>/", "/surveys/{colleagues.pk}/", let_in=DISPATCHERS | OWN, engineer="missing"),
    own("surveys/<int:pk>/", "/surveys/{quarters.pk}/", let_in=DISPATCHERS | {"supervisor"}, engineer="missing", customer="missing"),
    row(LINK, "{survey_link}", let_in=EVERYBODY),
    row(LINK, "{survey_link}", let_in=EVERYBODY, method="post", data=SCORES),
    row(LINK, "/s/mistyped/", let_in=frozenset(), others="missing", anonymous="missing"),
    row(POSTER, "/s/p/{survey_poster.token}/", let_in=EVERYBODY),
    row(POSTER, "/s/p/{survey_poster.token}/", let_in=EVERYBODY, method="post", data=SCORES),
    sent("posters/<int:pk>/down/", DISPATCHERS, "posters/{survey_poster.pk}/down/"),
    row("api/v1/surveys/", let_in=PEOPLE),
    own("api/v1/surveys/(?P<pk>[0-9]+)/", "/api/v1/surveys/{survey.pk}/"),
    own(
        "api/v1/surveys/(?P<pk>[0-9]+)/",
        "/api/v1/surveys/{quarters.pk}/",
        let_in=DISPATCHERS | {"supervisor"},
        engineer="missing",
        customer="missing",
    ),
    own(
        "api/v1/surveys/(?P<pk>[0-9]+)/answer/", "/api/v1/surveys/{survey.pk}/answer/", method="post", let_in=OWN, data={"answers": SCORES}
    ),
    row("api/v1/survey-answers/", let_in=PEOPLE),
    own(
        "api/v1/survey-answers/(?P<pk>[0-9]+)/",
        "/api/v1/survey-answers/{survey_answer.pk}/",
        let_in=DISPATCHERS | OWN,
        engineer="missing",
    ),
    rest("survey-templates/"),
    rest("survey-templates/", MANAGERS, method="post"),
    rest(f"survey-templates/{KEY}", thing="survey-templates/{survey_template.pk}/"),
    rest(f"survey-templates/{KEY}", MANAGERS, thing="survey-templates/{survey_template.pk}/", method="patch"),
    rest(f"survey-templates/{KEY}versions/", thing="survey-templates/{survey_template.pk}/versions/"),
    rest(f"survey-templates/{KEY}draft/", MANAGERS, thing="survey-templates/{survey_template.pk}/draft/", method="patch"),
    *(
        rest(f"survey-templates/{KEY}{step}/", MANAGERS, thing=f"survey-templates/{{survey_template.pk}}/{step}/", method="post")
        for step in ("edit", "questions", "publish")
    ),
    rest(f"survey-questions/{KEY}", thing="survey-questions/{question.pk}/"),
    rest(f"survey-questions/{KEY}", MANAGERS, thing="survey-questions/{question.pk}/", method="patch"),
    *(
        rest(f"survey-questions/{KEY}{step}/", MANAGERS, thing=f"survey-questions/{{question.pk}}/{step}/", method="post")
        for step in ("move", "remove")
    ),
    rest("survey-rules/"),
    rest(f"survey-rules/{KEY}", thing="survey-rules/{survey_rule.pk}/"),
    rest(f"survey-rules/{KEY}", MANAGERS, thing="survey-rules/{survey_rule.pk}/", method="patch"),
    rest("survey-campaigns/", DISPATCHERS),
    rest("survey-campaigns/", MANAGERS, method="post"),
    rest(f"survey-campaigns/{KEY}", DISPATCHERS, thing="survey-campaigns/{survey_campaign.pk}/", engineer="missing"),
    rest(f"survey-campaigns/{KEY}", MANAGERS, thing="survey-campaigns/{survey_campaign.pk}/", method="patch", engineer="missing"),
    rest(f"survey-campaigns/{KEY}people/", DISPATCHERS, thing="survey-campaigns/{survey_campaign.pk}/people/", engineer="missing"),
    *(
        rest(
            f"survey-campaigns/{KEY}{step}/",
            MANAGERS,
            thing=f"survey-campaigns/{{survey_campaign.pk}}/{step}/",
            method="post",
            engineer="missing",
        )
        for step in ("start", "stop")
    ),
    rest("survey-posters/", DISPATCHERS),
    rest("survey-posters/", DISPATCHERS, method="post"),
    rest(f"survey-posters/{KEY}", DISPATCHERS, thing="survey-posters/{survey_poster.pk}/", engineer="missing"),
    rest(
        f"survey-posters/{KEY}take-down/",
        DISPATCHERS,
        thing="survey-posters/{survey_poster.pk}/take-down/",
        method="post",
        engineer="missing",
    ),
    own(f"api/v1/surveys/{KEY}questions/", "/api/v1/surveys/{survey.pk}/questions/"),
    *(
        own(
            f"api/v1/surveys/{KEY}{step}/",
            f"/api/v1/surveys/{{quarters.pk}}/{step}/",
            method="post",
            let_in=DISPATCHERS,
            engineer="missing",
            customer="missing",
        )
        for step in ("send-letter", "enter-letter")
    ),
    rest("surveys/visit-code/", method="post"),
    own(f"api/v1/survey-answers/{KEY}scan/", "/api/v1/survey-answers/{survey_answer.pk}/scan/", let_in=DISPATCHERS, engineer="missing"),
    row("api/v1/survey-results/", let_in=DISPATCHERS),
]
