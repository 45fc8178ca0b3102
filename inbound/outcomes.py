"""What became of each thing that a message said: plain data that the log keeps."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    """What was done."""

    OPENED = "opened", _("a ticket was made")
    REOPENED = "reopened", _("the ticket was opened again")
    TOLD = "told", _("a line was added to the ticket")
    RESOLVED = "resolved", _("the ticket was resolved")
    KNOWN = "known", _("nothing new")
    LATE = "late", _("came too late to change anything")
    OVER = "over", _("over before there was a ticket")
    WAITS = "waits", _("waits in the tray")
    REPEATED = "repeated", _("sent before: nothing was done again")
    HEARTBEAT = "heartbeat", _("a sign of life")
    NOT_DONE = "not_done", _("could not be done")
    LEFT_OUT = "left_out", _("left out of the message")


def outcome(what: str, *, number: str = "", about: str = "", why: str = "", case: int | None = None) -> dict[str, Any]:
    """Answer a line for the log."""
    return {"what": str(what), "ticket": number, "about": about, "why": why[:500], **({"case": case} if case else {})}
