"""What one version of a plan says otherwise than another, in words: nothing that differs is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from sla import selectors, words
from sla.causes import cause as in_words
from sla.recurring import work as work_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sla.engine import Plan
    from sla.engine.plan import Cause, Promise, Recurring, Severity
    from sla.models import PlanVersion

Terms = dict[str, str]
"""What is said of something: the heading and the words."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that is said otherwise; nothing before or after is nothing said."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A promise, a severity or the plan itself, and how it changed: added, removed or changed."""

    code: str
    name: str
    how: str
    edits: list[Edit]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two versions."""

    plan: list[Changed]
    severities: list[Changed]
    promises: list[Changed]
    same: int
    """Promises that both make alike."""
    causes: list[Changed]
    recurring: list[Changed]

    @property
    def groups(self) -> list[tuple[str, list[Changed]]]:
        """Answer what differs, under headings, the promises first."""
        found = [
            (_("Promises"), self.promises),
            (_("Severities"), self.severities),
            (_("Work that recurs"), self.recurring),
            (_("Causes of waiting"), self.causes),
            (_("The plan itself"), self.plan),
        ]
        return [(heading, rows) for heading, rows in found if rows]


def between(before: PlanVersion, after: PlanVersion, hours: Mapping[str, object], *, with_ladder: bool) -> Changes:
    """Compare two versions of a plan.

    ``hours`` names the calendars worth saying; whom we tell when a promise runs late is for our own people.
    """
    return of_plans(selectors.engine_plan(before.pk), selectors.engine_plan(after.pk), hours, with_ladder=with_ladder)


def of_plans(old: Plan, new: Plan, hours: Mapping[str, object], *, with_ladder: bool) -> Changes:
    """Compare what two plans promise, such as a version and a draft that is not loaded."""
    promises = _rows(_promises(old, hours, with_ladder=with_ladder), _promises(new, hours, with_ladder=with_ladder))
    severities = _rows(*({str(number): _severity(row) for number, row in plan.severities.items()} for plan in (old, new)))
    alike = sum(1 for promise in new.promises if not promise.limit_of and old.promise(promise.code)) - _count(promises)
    causes = _rows(*({row.code: _cause(row) for row in plan.causes} for plan in (old, new)))
    recurring = _rows(*({row.code: _work(row) for row in plan.recurring} for plan in (old, new)))
    return Changes(_rows({old.code: _plan(old)}, {new.code: _plan(new)}), severities, promises, alike, causes, recurring)


def _count(rows: list[Changed]) -> int:
    return sum(1 for row in rows if row.how == "changed")


def _rows(before: Mapping[str, tuple[str, Terms]], after: Mapping[str, tuple[str, Terms]]) -> list[Changed]:
    """Put side by side what has the same code: in the order of the later version, what is gone last."""
    found = []
    for code in [*after, *(code for code in before if code not in after)]:
        (was, old), (name, new) = before.get(code, ("", {})), after.get(code, ("", {}))
        labels = list(dict.fromkeys([*new, *old]))
        edits = [Edit(label, old.get(label, ""), new.get(label, "")) for label in labels if old.get(label, "") != new.get(label, "")]
        how = "added" if code not in before else "removed" if code not in after else "changed"
        if edits:
            found.append(Changed(code, name or was, how, edits))
    return found


def _plan(plan: Plan) -> tuple[str, Terms]:
    return words.spoken(plan.name), {
        **_both(_("Name"), plan.name),
        _("Source"): plan.source,
        _("Pauses can be objected to until"): _("%(length)s after their end") % {"length": words.length(plan.objection)},
    }


def _cause(cause: Cause) -> tuple[str, Terms]:
    said = in_words(cause)
    terms = {_("In whose hands"): said.owner, _("Evidence"): said.evidence, _("How it ends"): said.ends}
    return said.name, {**_both(_("Name"), cause.name), **terms}


def _work(row: Recurring) -> tuple[str, Terms]:
    said = work_in_words(row)
    terms = {_("How often"): said.every, _("By when"): said.within, _("Kind"): row.kind, _("Clause"): row.clause}
    return said.name, {**_both(_("Name"), row.name), **terms, **_both(_("Wording"), row.quote)}


def _severity(severity: Severity) -> tuple[str, Terms]:
    return words.spoken(severity.name), {**_both(_("Name"), severity.name), **_both(_("What it means"), severity.means)}


def _promises(plan: Plan, hours: Mapping[str, object], *, with_ladder: bool) -> dict[str, tuple[str, Terms]]:
    return {
        promise.code: (words.spoken(promise.name), _promise(plan, promise, hours, with_ladder=with_ladder))
        for promise in plan.promises
        if not promise.limit_of
    }


def _promise(plan: Plan, promise: Promise, hours: Mapping[str, object], *, with_ladder: bool) -> Terms:
    said = words.promise(plan, promise, hours)
    terms = {
        **_both(_("Name"), promise.name),
        _("Applies to"): said.applies,
        _("Within"): "\n".join(words.target_line(target) for target in said.targets),
        _("From"): said.begins,
        _("Until"): said.ends,
        _("Owed again after"): words.any_of(words.events(promise.rearms)),
        _("Not owed after"): words.any_of(words.events(promise.voids)),
        _("Waiting"): said.pauses,
        _("Measured as"): str(words.MEASURES[promise.measure]),
        _("Clause"): promise.clause,
        **_both(_("Wording"), promise.quote),
    }
    if with_ladder:
        terms[_("When a promise runs late")] = "\n".join(
            _("%(when)s: %(whom)s") % {"when": level.when, "whom": words.listed([level.tell, *level.more])}
            for level in words.ladder(promise.levels)
        )
    return terms


def _both(label: str, said: Mapping[str, str]) -> Terms:
    """Answer what is said in both languages: one may change without the other."""
    languages = {"zh-hans": "中文", "en": "English"}
    return {_("%(label)s (%(language)s)") % {"label": label, "language": name}: said.get(code, "") for code, name in languages.items()}
