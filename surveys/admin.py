"""Surveys for administrators, to read, each with its history: nobody answers for a customer."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from surveys.models import SurveyAnswer, SurveyCampaign, SurveyInvitation, SurveyPoster, SurveyRule, SurveyTemplate


@admin.register(SurveyTemplate)
class SurveyTemplateAdmin(Reading, SimpleHistoryAdmin):
    """Templates; they are written on their own pages."""

    list_display = ("code", "name", "theme", "is_active")
    list_filter = ("theme_kind", "is_active")
    search_fields = ("code", "name", "name_en", "theme")


@admin.register(SurveyRule)
class SurveyRuleAdmin(Reading, SimpleHistoryAdmin):
    """Rules."""

    list_display = ("cause", "template", "is_active", "share", "cap_days")
    list_select_related = ("template",)


@admin.register(SurveyCampaign)
class SurveyCampaignAdmin(Reading, SimpleHistoryAdmin):
    """Campaigns."""

    list_display = ("name", "template", "state", "total", "reached", "started_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("template",)
    search_fields = ("name",)


@admin.register(SurveyPoster)
class SurveyPosterAdmin(Reading, SimpleHistoryAdmin):
    """Posters."""

    list_display = ("template", "site", "made_at", "ended_at")
    list_select_related = ("template", "site")


@admin.register(SurveyInvitation)
class SurveyInvitationAdmin(Reading, SimpleHistoryAdmin):
    """Invitations."""

    list_display = ("cause", "organization", "about", "period", "sent_at", "left_out", "answered_at")
    list_filter = ("cause", "left_out")
    list_select_related = ("organization",)
    search_fields = ("organization__name", "ticket__number", "contract__number")


@admin.register(SurveyAnswer)
class SurveyAnswerAdmin(Reading, SimpleHistoryAdmin):
    """Answers."""

    list_display = ("id", "organization", "engineer", "mean", "is_low", "channel", "answered_at", "follow_up")
    list_filter = ("is_low", "channel", "office")
    list_select_related = ("organization", "engineer", "follow_up")
    search_fields = ("organization__name", "ticket__number", "words")
