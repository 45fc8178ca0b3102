"""Work that recurs, in words and in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla.words import length, spoken

if TYPE_CHECKING:
    from sla.engine.plan import Length, Plan, Recurring

EVERY = {
    "month": gettext_lazy("every month"),
    "quarter": gettext_lazy("every quarter"),
    "year": gettext_lazy("every year"),
    "once": gettext_lazy("once after the acceptance"),
    "fault": gettext_lazy("after each fault that was resolved"),
    "job": gettext_lazy("after each job on site"),
    "project": gettext_lazy("for each project newly opened"),
    "release": gettext_lazy("after each release of the maker"),
}


@dataclass(frozen=True, slots=True)
class WorkWords:
    """One piece of recurring work: what it is called, how often it is owed, by when, and where that stands."""

    code: str
    name: str
    every: str
    within: str
    clause: str
    quote: str


def recurring(plan: Plan) -> list[WorkWords]:
    """Answer the work that a plan makes recur, in its order."""
    return [work(row) for row in plan.recurring]


def work(row: Recurring) -> WorkWords:
    """Answer one piece of it."""
    return WorkWords(row.code, spoken(row.name), _often(row), _within(row), row.clause, spoken(row.quote) if row.quote else "")


def _often(row: Recurring) -> str:
    said = [str(EVERY[row.every])]
    if row.times > 1:
        said.append(ngettext("%(count)s time", "%(count)s times", row.times) % {"count": row.times})
    if row.per == "equipment":
        said.append(_("%(share)s %% of the equipment in service") % {"share": row.share})
    elif row.share < 100:  # noqa: PLR2004 - all of it needs no words
        said.append(_("for %(share)s %% of them") % {"share": row.share})
    if row.starts:
        said.append(_("from %(length)s after the acceptance") % {"length": _long(row.starts)})
    return ", ".join(said)


def _within(row: Recurring) -> str:
    if row.window:
        first, last = row.window
        return _("between the days %(first)s and %(last)s of the month") % {"first": first, "last": last}
    if row.within:
        return _("within %(length)s") % {"length": _long(row.within)}
    return _("by the end of the period") if row.is_periodic else _("without a time of its own")


def _long(given: Length) -> str:
    if given.months:
        return ngettext("%(count)s month", "%(count)s months", given.months) % {"count": given.months}
    return length(given.seconds)
