"""What plans and calendars say, in the words of a service commitment and the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from sla.engine.calendar.hours import WEEKDAYS
from sla.engine.plan import OWNERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from sla.engine.plan import Condition, Level, Plan, Promise, Severity, Target

MINUTE, HOUR, DAY = 60, 3600, 86400
HOURS_UP_TO = 72 * HOUR
"""Plans say 24, 48 and 72 hours, and days only beyond."""

KINDS = {
    "fault": gettext_lazy("faults"),
    "consultation": gettext_lazy("consultations"),
    "complaint": gettext_lazy("complaints"),
    "request": gettext_lazy("service requests"),
    "inquiry": gettext_lazy("feedback on inquiries"),
}
CHANNELS = {
    "portal": gettext_lazy("web"),
    "phone": gettext_lazy("hotline"),
    "email": pgettext_lazy("channel", "e-mail"),
    "fax": gettext_lazy("fax"),
    "api": gettext_lazy("another helpdesk"),
    "onsite": gettext_lazy("on site"),
}
MEASURES = {
    "registration": pgettext_lazy("measure", "registration"),
    "response": pgettext_lazy("measure", "response"),
    "team": pgettext_lazy("measure", "emergency team"),
    "diagnosis": pgettext_lazy("measure", "diagnosis"),
    "remote": pgettext_lazy("measure", "remote support"),
    "departure": pgettext_lazy("measure", "departure"),
    "onsite": pgettext_lazy("measure", "arrival on site"),
    "workaround": pgettext_lazy("measure", "repair or stop-gap"),
    "restore": pgettext_lazy("measure", "restoring"),
    "solution": pgettext_lazy("measure", "solution"),
    "followup": pgettext_lazy("measure", "follow-up"),
    "relay": pgettext_lazy("measure", "relay"),
    "opinion": pgettext_lazy("measure", "opinion"),
    "handover": pgettext_lazy("measure", "hand-over between tiers"),
}
"""Of promises that are measured as the same, the strictest is shown."""
EQUIPMENT = {"system": gettext_lazy("systems"), "hardware": gettext_lazy("hardware")}
EVENTS = {
    "reported": pgettext_lazy("event", "report"),
    "registered": pgettext_lazy("event", "registered and classified"),
    "assigned": pgettext_lazy("event", "assigned"),
    "accepted": pgettext_lazy("event", "taken up"),
    "contacted": pgettext_lazy("event", "customer contacted"),
    "called": pgettext_lazy("event", "customer called by phone"),
    "team_formed": pgettext_lazy("event", "emergency team formed"),
    "opinion_asked": pgettext_lazy("event", "tracking form sent to the department"),
    "opinion_given": pgettext_lazy("event", "department's opinion received"),
    "replied": pgettext_lazy("event", "customer's reply"),
    "diagnosis_delivered": pgettext_lazy("event", "report delivered"),
    "diagnosis_rejected": pgettext_lazy("event", "report rejected"),
    "remote_agreed": pgettext_lazy("event", "customer agreed to remote support"),
    "remote_started": pgettext_lazy("event", "engineer logged in remotely"),
    "onsite_requested": pgettext_lazy("event", "notice that work on site is needed"),
    "departed": pgettext_lazy("event", "engineer departed"),
    "checked_in": pgettext_lazy("event", "engineer checked in at the site"),
    "left": pgettext_lazy("event", "engineer left the site"),
    "hold": pgettext_lazy("event", "put on hold"),
    "resumed": pgettext_lazy("event", "work resumed"),
    "pause_objected": pgettext_lazy("event", "objection to a pause"),
    "severity_changed": pgettext_lazy("event", "severity changed"),
    "calendar_changed": pgettext_lazy("event", "calendar changed"),
    "stopgap": pgettext_lazy("event", "stop-gap in place"),
    "resolved": pgettext_lazy("event", "solved"),
    "confirmed": pgettext_lazy("event", "confirmed by the customer"),
    "rejected": pgettext_lazy("event", "solution rejected"),
    "reopened": pgettext_lazy("event", "opened again"),
    "closed": pgettext_lazy("event", "closed"),
    "cancelled": pgettext_lazy("event", "cancelled"),
    "merged": pgettext_lazy("event", "merged into another ticket"),
    "followed_up": pgettext_lazy("event", "customer asked whether it came back"),
    "reassigned": pgettext_lazy("event", "passed on by a level"),
    "team_called": pgettext_lazy("event", "emergency team called by a level"),
    "vendor_called": pgettext_lazy("event", "vendor called on by a level"),
    "tier_raised": pgettext_lazy("event", "handed to the next tier of support"),
    "tier_taken": pgettext_lazy("event", "taken over by the next tier of support"),
    "raised_to_expert": pgettext_lazy("event", "handed to an expert"),
    "raised_to_vendor": pgettext_lazy("event", "handed to the vendor"),
    "taken_by_expert": pgettext_lazy("event", "taken over by an expert"),
    "taken_by_vendor": pgettext_lazy("event", "taken over by the vendor"),
}
WAITS = {
    "customer": gettext_lazy("the customer"),
    "third_party": gettext_lazy("third parties"),
    "logistics": gettext_lazy("deliveries"),
    "vendor": gettext_lazy("the maker"),
}
ROLES = {
    "assignee": gettext_lazy("the engineer in charge"),
    "team": gettext_lazy("the team"),
    "team_lead": gettext_lazy("the team lead"),
    "office_lead": gettext_lazy("the office lead"),
    "manager": gettext_lazy("the managers"),
    "director": gettext_lazy("the director"),
    "contact": gettext_lazy("the customer's contact"),
    "emergency_team": gettext_lazy("the emergency team"),
}
ACTIONS = {
    "reassign": gettext_lazy("it is passed on to the lead above"),
    "raise_severity": gettext_lazy("the severity is raised one step"),
    "form_team": gettext_lazy("the emergency team is called"),
    "vendor": gettext_lazy("the vendor is called on"),
}


def spoken(names: Mapping[str, str]) -> str:
    """Answer a plan's own words in the language of the page."""
    return names["en" if (get_language() or "").startswith("en") else "zh-hans"]


def listed(words: Iterable[object]) -> str:
    """Join words as an enumeration."""
    return pgettext("between the words of an enumeration", ", ").join(str(word) for word in words)


def any_of(words: Iterable[object]) -> str:
    """Join words of which one is enough."""
    return pgettext("any of these", " or ").join(str(word) for word in words)


def length(seconds: int, *, days: bool = True) -> str:
    """Say a length as plans do: 15 minutes, 1 hour, 48 hours, 15 days; of open hours never in days of 24."""
    if days and seconds > HOURS_UP_TO and seconds % DAY == 0:
        return ngettext("%(count)s day", "%(count)s days", seconds // DAY) % {"count": seconds // DAY}
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [
        ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes} if minutes else "",
        ngettext("%(count)s second", "%(count)s seconds", left) % {"count": left} if left else "",
    ]
    return " ".join(part for part in parts if part)


def target_words(target: Target) -> str:
    """Say how long a promise takes at most: 1 hour, 3 working days, at once."""
    if target.at_once:
        return _("at once")
    if target.workdays:
        return ngettext("%(count)s working day", "%(count)s working days", target.workdays) % {"count": target.workdays}
    return length(target.seconds)


@dataclass(frozen=True, slots=True)
class SeverityWords:
    """A severity in the plan's words."""

    number: int
    name: str
    means: str


@dataclass(frozen=True, slots=True)
class TargetWords:
    """A target and whom it is for: severities by name, none where it is the same for all."""

    severities: str
    within: str
    calendar: str
    limit: str
    """The last moment beside the target; mostly there is none."""


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """A row of the commitment table."""

    code: str
    measure: str
    name: str
    applies: str
    begins: str
    ends: str
    targets: tuple[TargetWords, ...]
    pauses: str
    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class LevelWords:
    """A level of the ladder: when, who is told, what is done, and until when somebody has to acknowledge it."""

    code: str
    when: str
    tell: str
    more: tuple[str, ...] = ()


def severities(plan: Plan) -> list[SeverityWords]:
    """Answer a plan's severities, the worst first."""
    return [_severity(plan.severities[number]) for number in sorted(plan.severities)]


def _severity(severity: Severity) -> SeverityWords:
    return SeverityWords(severity.number, spoken(severity.name), spoken(severity.means))


def promises(plan: Plan, calendars: Mapping[str, object]) -> list[PromiseWords]:
    """Answer every promise of a plan; ``calendars`` names those whose hours are worth saying."""
    return [promise(plan, row, calendars) for row in plan.promises if not row.limit_of]


def promise(plan: Plan, promise: Promise, calendars: Mapping[str, object]) -> PromiseWords:
    """Answer one promise; its last limit stands beside its target."""
    return PromiseWords(
        code=promise.code,
        measure=promise.measure,
        name=spoken(promise.name),
        applies=applies(promise.when, plan),
        begins=any_of(events(promise.starts)),
        ends=any_of(events(promise.stops)),
        targets=_targets(plan, promise, calendars),
        pauses=_pauses(plan, promise.pausable),
        clause=promise.clause,
        quote=spoken(promise.quote) if promise.quote else "",
    )


def applies(when: Condition, plan: Plan) -> str:
    """Say in which situations a promise is made; nothing said is all of them."""
    parts = [
        listed(word for kind, word in KINDS.items() if kind in when.kinds),
        listed(spoken(plan.severities[number].name) for number in sorted(when.severities)),
        {True: _("in warranty"), False: _("out of warranty"), None: ""}[when.warranty],
        _("by %(channels)s") % {"channels": listed(word for channel, word in CHANNELS.items() if channel in when.channels)}
        if when.channels
        else "",
        listed(word for kind, word in EQUIPMENT.items() if kind in when.equipment),
        listed(sorted(when.regions)),
        {True: _("with work on site"), False: _("without work on site"), None: ""}[when.onsite],
        {"office": _("in office hours"), "outside": _("outside of office hours"), "": ""}[when.hours],
    ]
    return " · ".join(part for part in parts if part) or _("every report")


def events(names: frozenset[str]) -> list[str]:
    """Answer what events are called, in the order in which they happen."""
    return [str(word) for event, word in EVENTS.items() if event in names]


def _targets(plan: Plan, promise: Promise, calendars: Mapping[str, object]) -> tuple[TargetWords, ...]:
    """Put severities with the same target and calendar together; a plan's own severities only."""
    numbers = [number for number in sorted(plan.severities) if number in promise.targets]
    last = plan.limit(promise.code)
    limits = {number: target_words(limit) for number, limit in last.targets.items()} if last else {}
    terms = {
        number: (target_words(promise.targets[number]), str(calendars.get(promise.calendars[number], "")), limits.get(number, ""))
        for number in numbers
    }
    if len(set(terms.values())) == 1 and (len(terms) == len(plan.severities) or promise.when.severities):
        return (TargetWords("", *terms[numbers[0]]),)
    groups = groupby(numbers, key=lambda number: terms[number])
    return tuple(TargetWords(listed(spoken(plan.severities[number].name) for number in group), *term) for term, group in groups)


def target_line(target: TargetWords) -> str:
    """Say a target in one line: for whom, how long, the last limit, the hours that count."""
    limit = _("at the latest %(limit)s") % {"limit": target.limit} if target.limit else ""
    return " · ".join(part for part in (target.severities, target.within, limit, target.calendar) if part)


def _pauses(plan: Plan, waits: frozenset[str]) -> str:
    """Say for whom, or for which causes, a promise waits."""
    if not waits:
        return _("runs through")
    if waits >= set(OWNERS):
        return _("stops while we wait for others")
    whom = [word for owner, word in WAITS.items() if owner in waits]
    causes = [spoken(cause.name) for cause in plan.causes if cause.code in waits]
    parts = [_("stops while we wait for %(whom)s") % {"whom": listed(whom)}] if whom else []
    parts += [_("stops for: %(causes)s") % {"causes": listed(causes)}] if causes else []
    return "; ".join(parts)


def ladder(levels: Iterable[Level]) -> list[LevelWords]:
    """Answer what happens when a promise runs late."""
    return [
        LevelWords(level.code, _moment(level), listed(word for role, word in ROLES.items() if role in level.tell), tuple(_more(level)))
        for level in levels
    ]


def _more(level: Level) -> Iterator[str]:
    """Say what a level does, and what becomes of it where nobody acknowledges it."""
    yield from (str(word) for action, word in ACTIONS.items() if action in level.do)
    if level.ack:
        yield _("the next level, if nobody acknowledges it within %(length)s") % {"length": length(level.ack, days=False)}


def _moment(level: Level) -> str:
    if level.percent:
        return _("at %(percent)s %% of the time") % {"percent": level.percent}
    if level.from_start:
        return _("%(length)s after the start") % {"length": length(level.offset)} if level.offset > 0 else _("at the start")
    if not level.offset:
        return _("when it is due")
    words = _("%(length)s after it was due") if level.offset > 0 else _("%(length)s before it is due")
    return words % {"length": length(abs(level.offset))}


def week(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Answer the weekly hours of a calendar, days with the same hours together: ("Mon–Fri", "09:00–12:00, 13:30–18:00")."""
    hours = {day: [f"{start}–{end}" for name, start, end in data["weekly"] if name == day] for day in WEEKDAYS}
    found = []
    for ranges, days in groupby(range(len(WEEKDAYS)), key=lambda index: hours[WEEKDAYS[index]]):
        names = [str(WEEKDAYS_ABBR[index]) for index in days]
        span = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        found.append((span, listed(ranges) if ranges else pgettext("hours", "closed")))
    return found
