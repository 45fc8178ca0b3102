"""Surveys for administrators, to read, each with its history: nobody answers for a customer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from surveys.models import SurveyAnswer, SurveyInvitation


class _Reading(SimpleHistoryAdmin):
    def has_add_permission(self, request: Any) -> bool:
        """Answer no: they are made by the workers and by customers."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False


@admin.register(SurveyInvitation)
class SurveyInvitationAdmin(_Reading):
    """Invitations."""

    list_display = ("cause", "organization", "ticket", "contract", "period", "sent_at", "answered_at")
    list_filter = ("cause", "period")
    list_select_related = ("organization", "ticket", "contract")
    search_fields = ("organization__name", "ticket__number", "contract__number")


@admin.register(SurveyAnswer)
class SurveyAnswerAdmin(_Reading):
    """Answers."""

    list_display = ("invitation", "organization", "engineer", "speed", "quality", "manner", "answered_at", "follow_up")
    list_filter = ("office",)
    list_select_related = ("invitation__ticket", "invitation__contract", "organization", "engineer", "follow_up")
    search_fields = ("organization__name", "ticket__number", "words")
