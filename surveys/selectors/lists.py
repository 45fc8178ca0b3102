"""Templates, rules, campaigns and posters as they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, QuerySet

from surveys.models import SurveyCampaign, SurveyInvitation, SurveyPoster, SurveyRule, SurveyTemplate, SurveyVersion

if TYPE_CHECKING:
    from accounts.models import User
    from surveys.models import SurveyQuestion


def templates() -> QuerySet[SurveyTemplate]:
    """Answer the templates, each with the number of its published version and of its answers."""
    number = Max("versions__number", filter=Q(versions__published_at__isnull=False))
    return SurveyTemplate.objects.annotate(version=number, answers=Count("versions__surveyanswers", distinct=True))


def published(template: SurveyTemplate) -> SurveyVersion | None:
    """Answer the version that is sent now, None before the first is published."""
    rows = SurveyVersion.objects.filter(template=template, published_at__isnull=False)
    return rows.select_related("template").order_by("-number").first()


def is_sent(template: SurveyTemplate) -> bool:
    """Whether a rule that asks, or a campaign under way, sends a template."""
    return template.rules.filter(is_active=True).exists() or template.campaigns.filter(state=SurveyCampaign.State.SENDING).exists()


def draft_of(template: SurveyTemplate) -> SurveyVersion | None:
    """Answer the version that is being written."""
    return SurveyVersion.objects.filter(template=template, published_at=None).select_related("template").first()


def questions_of(version: SurveyVersion) -> list[SurveyQuestion]:
    """Answer the questions in their order."""
    return list(version.questions.order_by("position", "pk"))


def rules() -> QuerySet[SurveyRule]:
    """Answer the rules."""
    return SurveyRule.objects.select_related("template").order_by("pk")


def rule_for(cause: str) -> SurveyRule | None:
    """Answer the rule of an occasion."""
    return rules().filter(cause=cause).first()


def campaigns() -> QuerySet[SurveyCampaign]:
    """Answer the campaigns, each with how many were asked, answered and left out."""
    return SurveyCampaign.objects.select_related("template", "office", "made_by").annotate(
        asked=Count("surveyinvitations", filter=Q(surveyinvitations__sent_at__isnull=False)),
        answered=Count("surveyinvitations", filter=Q(surveyinvitations__answered_at__isnull=False)),
        omitted=Count("surveyinvitations", filter=~Q(surveyinvitations__left_out="")),
    )


def left_out(user: User) -> QuerySet[SurveyInvitation]:
    """Answer who was not asked after all, for who watches."""
    rows = SurveyInvitation.objects.exclude(left_out="").filter(letter_at=None)
    rows = rows if user.dispatches else rows.none()
    return rows.select_related("organization", "recipient", "ticket", "contract", "version__template", "campaign")


def posters() -> QuerySet[SurveyPoster]:
    """Answer the posters with how often each was answered."""
    return SurveyPoster.objects.select_related("template", "site__organization", "made_by").annotate(answered=Count("answers"))
