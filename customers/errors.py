"""What can be refused about customers."""

from __future__ import annotations

from core.errors import NotNow


class EnteredMeanwhile(NotNow):
    """Somebody else has entered the same at the same moment."""

    code = "entered_meanwhile"
