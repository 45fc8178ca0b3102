"""Surveys: what is asked, by whom it is written, how it goes out on paper and by code, what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES = {
    "surveys:add_question",
    "surveys:campaign_step",
    "surveys:edit",  # leads on where there is no draft
    "surveys:export",
    "surveys:publish",
    "surveys:question",
    "surveys:question_step",
    "surveys:scan",
    "surveys:take_down",
}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import NOBODY, Shot

    from surveys.models import SurveyAnswer, SurveyCampaign, SurveyInvitation, SurveyPoster, SurveyRule
    from visits.models import Status, Visit

    def at(name: str, *given: object) -> str:
        return reverse(f"surveys:{name}", args=given)

    for name in ("results", "low", "left_out", "templates", "new_template", "rules", "campaigns", "new_campaign", "posters"):
        yield Shot(f"surveys-{name.replace('_', '-')}", "manager", at(name))
    yield Shot("surveys-template", "manager", at("template", "quarter"))
    yield Shot("surveys-facts", "manager", at("facts", "quarter"))
    yield Shot("surveys-preview", "manager", at("preview", "quarter", 1))
    yield Shot("surveys-rule", "manager", at("rule", SurveyRule.objects.get(cause="close").pk))
    sent = SurveyCampaign.objects.exclude(state="draft").latest("pk")
    written = SurveyCampaign.objects.filter(state="draft").latest("pk")
    yield Shot("surveys-campaign", "manager", at("campaign", sent.pk))
    yield Shot("surveys-campaign-draft", "manager", at("campaign", written.pk))
    yield Shot("surveys-campaign-edit", "manager", at("edit_campaign", written.pk))
    yield Shot("surveys-results-campaign", "manager", f"{at('results')}?template={sent.template.code}")
    poster = SurveyPoster.objects.latest("pk")
    yield Shot("surveys-poster", "dispatcher", at("poster", poster.pk))
    yield Shot("surveys-poster-link", NOBODY, at("poster_link", poster.token))
    yield Shot("surveys-answer", "manager", at("answer", SurveyAnswer.objects.filter(poster__isnull=False).latest("pk").pk))
    waiting = SurveyInvitation.objects.filter(answered_at=None, cause="quarter").latest("pk")
    yield Shot("surveys-letter", "dispatcher", at("letter", waiting.pk))
    yield Shot("surveys-enter", "dispatcher", at("enter", waiting.pk))
    yield Shot("surveys-visit-code", "manager", at("visit_code", Visit.objects.filter(status=Status.DONE).latest("pk").pk))
