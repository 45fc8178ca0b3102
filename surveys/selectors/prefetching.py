"""What was said, question by question, read with the answers."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from surveys.models import SurveyValue


def values(path: str) -> Prefetch[Any]:
    """Answer how the values of answers are read along, each with its question, in the order of the questions."""
    return Prefetch(path, SurveyValue.objects.select_related("question").order_by("question__position", "value", "pk"))
