"""Which of the product's two languages is active."""

from __future__ import annotations

from django.utils.translation import get_language

CHINESE, ENGLISH = "zh-hans", "en"


def active() -> str:
    """Answer the code of the language that is active; whatever is not English reads Chinese."""
    return ENGLISH if (get_language() or "").startswith(ENGLISH) else CHINESE
