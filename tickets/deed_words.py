"""What levels did, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sla import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DONE = {
    "reassign": gettext_noop("passed on to %(to)s"),
    "raise_severity": gettext_noop("severity raised from %(from)s to %(to)s"),
    "form_team": gettext_noop("emergency team called: %(people)s"),
    "vendor": gettext_noop("vendor called on"),
    "contact": gettext_noop("the customer was told: %(to)s"),
}
NOTHING = {
    "reassign": gettext_noop("passing it on: nothing to do, %(why)s"),
    "raise_severity": gettext_noop("raising the severity: nothing to do, %(why)s"),
    "form_team": gettext_noop("calling the emergency team: nothing to do, %(why)s"),
    "vendor": gettext_noop("calling on the vendor: nothing to do, %(why)s"),
    "contact": gettext_noop("telling the customer: nothing to do, %(why)s"),
}
WHY = {
    "not_open": gettext_noop("the ticket is not open"),
    "highest": gettext_noop("it is with the highest one already"),
    "nobody": gettext_noop("nobody is named for it"),
    "worst": gettext_noop("it is the worst already"),
    "has_team": gettext_noop("there is one already"),
    "has_vendor": gettext_noop("this has been done already"),
    "done_before": gettext_noop("this level has done it before"),
    "no_address": gettext_noop("they left no address"),
}


def deed_words(deed: Mapping[str, Any], severity: Callable[[int], str]) -> str:
    """Say what a level did, or why there was nothing to do; ``severity`` names one in the plan's words."""
    action = str(deed.get("do"))
    if action not in DONE:
        return action
    if not deed.get("done"):
        why = str(deed.get("why"))
        return _(NOTHING[action]) % {"why": _(WHY[why]) if why in WHY else why}
    return _(DONE[action]) % _facts(deed, severity)


def _facts(deed: Mapping[str, Any], severity: Callable[[int], str]) -> dict[str, str]:
    if deed["do"] == "raise_severity":
        return {name: severity(int(deed[name])) for name in ("from", "to")}
    return {"to": str(deed.get("to", "")), "people": words.listed(deed.get("people", ()))}
