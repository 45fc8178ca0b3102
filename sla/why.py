"""Why a clock stands as it does, in sentences and in the language of the page; all of it from one explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from core.duration import spell
from core.time import instant
from sla.causes import cause_words
from sla.engine.clock import CALENDAR_CHANGED
from sla.words import CHANNELS, EQUIPMENT, EVENTS, KINDS, WAITS, any_of, events, length, listed, spoken, target_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sla.engine.explain import Explanation, Step, Terms, Wait
    from sla.engine.plan import Plan
    from sla.engine.stretches import Days, Stretch

MONTH_FIRST = "%m-%d"


def moment(at: datetime, year: int) -> str:
    """Say a moment with its weekday, its year only where it is another one, its seconds only where there are any."""
    local = timezone.localtime(at)
    day = local.strftime(MONTH_FIRST if local.year == year else "%Y-%m-%d")
    return f"{day} {WEEKDAYS_ABBR[local.weekday()]} {local:%H:%M:%S}".removesuffix(":00" if not local.second else "")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something that is told, in words, and the step of the calculation that it tells."""

    kind: str
    text: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """A version of a calendar that a clock counts in."""

    code: str
    name: str
    number: int
    always: bool

    def __str__(self) -> str:
        return _("“%(name)s”, version %(number)s") % {"name": self.name, "number": self.number}


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts an explanation into sentences; ``calendars`` are those of the commitment by their codes."""

    told: Explanation
    plan: Plan
    calendars: Mapping[str, Hours]
    year: int
    """Moments of this year are told without it."""

    # -- words ----------------------------------------------------------------------------------------------

    def when(self, seconds: int | None) -> str:
        """Say a moment."""
        return "—" if seconds is None else moment(instant(seconds), self.year)

    def span(self, start: int, to: int) -> str:
        """Say from when to when; the date once where it is the same."""
        first, last = (timezone.localtime(instant(each)) for each in (start, to))
        end = f"{last:%H:%M:%S}".removesuffix(":00" if not last.second else "") if first.date() == last.date() else self.when(to)
        return f"{self.when(start)} – {end}"

    def severity(self, number: int) -> str:
        """Say a severity by the plan's word."""
        return spoken(self.plan.severity(number).name)

    def days(self, days: Days) -> str:
        """Say which dates are closed or worked, and why."""
        month = MONTH_FIRST if days.first.year == days.last.year == self.year else "%Y-%m-%d"
        dates = " – ".join(dict.fromkeys(day.strftime(month) for day in (days.first, days.last)))
        scattered = (days.last - days.first).days + 1 > days.count
        return _(SCATTERED_DAYS if scattered else DAYS[days.kind]) % {"dates": dates, "count": days.count}

    def length(self, seconds: int) -> str:
        """Say a length to the second; where only open hours count, never in days."""
        hours = self.calendars.get(self.told.clock.calendar)
        return length(abs(seconds), days=hours is None or hours.always) or spell(0)

    # -- why, and what it began with ------------------------------------------------------------------------

    def made(self) -> list[Sentence]:
        """Say why it was promised, how long, and which time counts."""
        promised = [
            _("It is promised for: %(reasons)s.") % {"reasons": "; ".join(self._reason(*each) for each in self.told.reasons)}
            if self.told.reasons
            else _("It is promised for every report.")
        ]
        if self.told.target is not None:
            promised.append(_("At most it may take: %(length)s.") % {"length": target_words(self.told.target)})
            promised.append(self._agreed())
            promised.append(self._workdays())
        promised.append(self._hours())
        return [Sentence("promise", words) for words in promised if words]

    def _agreed(self) -> str:
        """Say where a target tighter than the plan's was agreed."""
        promise, severity = self.told.promise, self.told.severity
        if (row := promise.agreed.get(severity)) is None:
            return ""
        name = row["name_en"] if (get_language() or "").startswith("en") else row["name"]
        words = _(AGREED_BY[row["by"]]) % {"name": name, "clause": f" {row['clause']}" if row["clause"] else ""}
        return _("%(where)s; the plan itself says %(length)s.") % {"where": words, "length": target_words(promise.planned[severity])}

    def _workdays(self) -> str:
        """Say what working days are in open hours, once they are counted."""
        if not (self.told.target and self.told.target.workdays and self.told.clock.target is not None):
            return ""
        words = _("From the first open hours on so many working days later, at the same time of day: that is %(length)s of open time.")
        return words % {"length": self.length(self.told.clock.target)}

    def _hours(self) -> str:
        hours = self.calendars[self.told.clock.calendar]
        if hours.always:
            return _("Every hour counts, day and night: calendar %(calendar)s.") % {"calendar": hours}
        return _("Only open hours count: calendar %(calendar)s.") % {"calendar": hours}

    def _reason(self, fact: str, value: Any) -> str:
        match fact:
            case "severity":
                return _("severity “%(name)s”") % {"name": self.severity(value)}
            case "warranty":
                return _("in warranty") if value else _("out of warranty")
            case "onsite":
                return _("with work on site") if value else _("without work on site")
            case "hours":
                return _("reported in office hours") if value == "office" else _("reported outside of office hours")
        words = {"kind": KINDS, "channel": CHANNELS, "equipment": EQUIPMENT}.get(fact, {})
        return str(words.get(value, value))

    def steps(self) -> list[Sentence]:
        """Say what started, moved and ended it, in the order of the record."""
        steps = [step for step in self.told.steps if step.at is not None or step.kind == "voided"]
        found = [Sentence(step.kind, self._step(step), step) for step in steps]
        if self.told.clock.state == "pending":
            found.append(Sentence("pending", _("It has not begun. It begins with: %(event)s.") % {"event": self._begins()}))
        return found

    def _begins(self) -> str:
        return any_of(events(self.told.promise.starts))

    def _step(self, step: Step) -> str:
        values = {"when": self.when(step.at), "event": str(EVENTS.get(step.event.type, step.event.type)) if step.event else ""}
        if step.kind in ("changed", "unchanged", "dropped", "promised", "withdrawn"):
            return self._changed(step, values)
        if step.kind == "voided" and step.event is None:
            return _("A new cycle began; what was not done by then does not apply any more.")
        return _(STEPS[step.kind]) % values

    def _changed(self, step: Step, values: dict[str, str]) -> str:
        before, after = step.before, step.after
        if step.kind == "withdrawn":
            return joined((_(STEPS[step.kind]) % values, self._moved(before, after)))
        values["severity"] = self.severity(after.severity)
        if before is None or step.kind != "changed":
            return _(STEPS[step.kind]) % values
        if step.event is not None and step.event.type == CALENDAR_CHANGED:
            parts = [self._new_hours(step, values)]
        else:
            parts = [_("%(when)s: severity “%(severity)s” since then.") % values, self._terms(before, after)]
        return joined([*parts, self._moved(before, after)])

    def _moved(self, before: Terms | None, after: Terms) -> str:
        """Say where the due time went, if it did."""
        if before is None or after.due is None or before.due == after.due:
            return ""
        if before.due is None:
            return _("By that it is due %(after)s.") % {"after": self.when(after.due)}
        return _("Until then it was due %(before)s, now %(after)s.") % {"before": self.when(before.due), "after": self.when(after.due)}

    def _new_hours(self, step: Step, values: Mapping[str, str]) -> str:
        """Say that a new version of the calendar holds for what runs already."""
        words = {"when": values["when"], "calendar": str(self.calendars[step.after.calendar])}
        if step.event is not None and step.event.facts.get("again"):
            return _("%(when)s: the calendar changed: %(calendar)s. All of it is counted again in these hours.") % words
        return _("%(when)s: the calendar changed: %(calendar)s. What was counted stays counted; from here on these hours count.") % words

    def _terms(self, before: Terms, after: Terms) -> str:
        lengths = [target_words(each.target) if each.target else "—" for each in (before, after)]
        if before.calendar != after.calendar:
            values = {"before": lengths[0], "after": lengths[1], "calendar": str(self.calendars[after.calendar])}
            return _("Promised is %(after)s instead of %(before)s, counted by another calendar: %(calendar)s.") % values
        words = _("Promised is %(after)s instead of %(before)s; the start stays, and what was counted stays counted.")
        return words % {"before": lengths[0], "after": lengths[1]}

    # -- the time line --------------------------------------------------------------------------------------

    def stretches(self) -> list[Sentence]:
        """Say each piece of the time line."""
        return [Sentence(each.kind, self._stretch(each)) for each in self.told.stretches]

    def _stretch(self, each: Stretch) -> str:
        tense = 1 if each.is_ahead else 0
        values = {
            "span": self.span(each.start, each.to),
            "length": self.length(each.seconds),
            "days": listed(self.days(day) for day in each.days),
        }
        said = _(PAUSED_CLOSED if each.kind == "paused" and not each.seconds else STRETCHES[each.kind][tense])
        if each.kind != "open":
            return said % values
        words = said % values
        if each.openings > 1:
            words += ngettext(" (in %(count)s span)", " (in %(count)s spans)", each.openings) % {"count": each.openings}
        return words + (_("; %(days)s") % values if each.days else "")

    def waits(self) -> list[Sentence]:
        """Say each pause: whose it was, and what it did to this clock."""
        return [Sentence("ignored" if wait.ignored else "paused", self._wait(wait)) for wait in self.told.waits]

    def _wait(self, wait: Wait) -> str:
        span = self.span(wait.start, wait.to) if wait.to is not None else _("Since %(when)s") % {"when": self.when(wait.start)}
        whom = str(WAITS.get(wait.owner, wait.owner))
        said = _("%(span)s: we waited for %(whom)s (%(cause)s).") if wait.to else _("%(span)s: we wait for %(whom)s (%(cause)s).")
        plain = _("%(span)s: we waited for %(whom)s.") if wait.to else _("%(span)s: we wait for %(whom)s.")
        cause = cause_words(wait.name, wait.cause)
        words = (said if cause else plain) % {"span": span, "whom": whom, "cause": cause}
        return joined((words, self._effect(wait)))

    def _effect(self, wait: Wait) -> str:
        if wait.ignored:
            return _(IGNORED[wait.ignored])
        if wait.seconds:
            return _("The clock stood still for it; left out is %(length)s of open time.") % {"length": self.length(wait.seconds)}
        return _("The clock stood still for it, but in closed hours only: nothing was left out.")

    # -- how it stands --------------------------------------------------------------------------------------

    def result(self) -> list[Sentence]:
        """Say how it stands, and what that follows from."""
        clock = self.told.clock
        parts = [self._state()]
        if self.told.rolled and clock.due is not None:
            parts.append(_("It would have been due at a closing time; so it is due when the next open hours begin."))
        if not clock.strictest:
            parts.append(_("Another promise of the same is due earlier: it is the one to keep, and the levels hang on it."))
        return [Sentence(clock.state, words) for words in parts]

    def _state(self) -> str:
        clock = self.told.clock
        used = sum(each.seconds for each in self.told.line if each.kind == "open" and not each.is_ahead)
        values = {
            "due": self.when(clock.due),
            "stopped": self.when(clock.stopped),
            "used": self.length(used),
            "rest": self.length(clock.remaining or 0),
            "target": self.length(clock.target or 0),
        }
        if clock.state == "missed":
            given_up = self.told.steps[-1].kind == "voided"
            return _(MISSED_OPEN if clock.stopped is None else MISSED_GIVEN_UP if given_up else MISSED_LATE) % values
        return _(RESULTS[clock.state]) % values


def joined(sentences: Iterable[str]) -> str:
    """Put sentences one after another; Chinese ones need no blank between them."""
    return (" " if (get_language() or "").startswith("en") else "").join(sentence for sentence in sentences if sentence)


AGREED_BY = {
    "contract": gettext_noop("Contract %(name)s%(clause)s agrees this time"),
    "period": gettext_noop("The heightened service “%(name)s”%(clause)s promises this time"),
}
DAYS = {
    "weekly": gettext_noop("weekly rest %(dates)s"),
    "holiday": gettext_noop("holidays %(dates)s"),
    "closed": gettext_noop("closed by way of exception %(dates)s"),
    "makeup": gettext_noop("worked in exchange for days off: %(dates)s"),
    "special": gettext_noop("other hours than usual: %(dates)s"),
}
SCATTERED_DAYS = gettext_noop("%(count)s days of weekly rest %(dates)s")
STEPS = {
    "promised": gettext_noop("%(when)s: from here on the plan promises it (severity “%(severity)s”)."),
    "dropped": gettext_noop("%(when)s: from here on the plan does not promise it any more."),
    "unchanged": gettext_noop("%(when)s: severity “%(severity)s” since then; for this promise nothing changes."),
    "started": gettext_noop("%(when)s: the clock starts. What happened: %(event)s."),
    "stopped": gettext_noop("%(when)s: it is done. What happened: %(event)s."),
    "rearmed": gettext_noop("%(when)s: it goes on with what was left. What happened: %(event)s."),
    "voided": gettext_noop("%(when)s: it does not apply any more. What happened: %(event)s."),
    "withdrawn": gettext_noop("%(when)s: a pause was withdrawn after an objection; that time is counted after all."),
    "ahead": gettext_noop("%(when)s: it was done before it began. What happened: %(event)s."),
}
STRETCHES = {
    "open": (gettext_noop("%(span)s: %(length)s counted"), gettext_noop("%(span)s: %(length)s will count")),
    "break": (gettext_noop("%(span)s: break, not counted"),) * 2,
    "night": (gettext_noop("%(span)s: closed overnight, not counted"),) * 2,
    "days": (gettext_noop("%(span)s: closed, not counted; %(days)s"),) * 2,
    "paused": (gettext_noop("%(span)s: paused, %(length)s of open time left out"),) * 2,
    "stopped": (gettext_noop("%(span)s: done, until it went on"),) * 2,
    "late": (gettext_noop("%(span)s: late, %(length)s of open time"),) * 2,
}
PAUSED_CLOSED = gettext_noop("%(span)s: paused, in closed hours only")
IGNORED = {
    "first_response": gettext_noop("The clock went on: until a person has answered, the first response waits for nobody."),
    "not_pausable": gettext_noop("The clock went on: the plan lets this promise wait for nobody."),
    "not_theirs": gettext_noop("The clock went on: the plan does not let this promise wait for them."),
    "after_due": gettext_noop("The clock went on: a pause that begins once it was due changes nothing."),
    "not_running": gettext_noop("It did not run at that time; so the pause changes nothing."),
}
RESULTS = {
    "pending": gettext_noop("There is no due time before it begins."),
    "running": gettext_noop("Of %(target)s, %(used)s are used and %(rest)s are left: so it is due %(due)s."),
    "paused": gettext_noop(
        "Of %(target)s, %(used)s are used and %(rest)s are left. While it is paused it has no due time and is not missed."
    ),
    "met": gettext_noop("Done %(stopped)s, due %(due)s: kept, with %(rest)s left of %(target)s."),
    "void": gettext_noop("It does not apply any more: it is neither kept nor missed."),
}
MISSED_OPEN = gettext_noop("All of %(target)s was used up %(due)s and it is not done: missed, by %(rest)s so far.")
MISSED_LATE = gettext_noop("All of %(target)s was used up %(due)s; it was done %(stopped)s: missed, by %(rest)s.")
MISSED_GIVEN_UP = gettext_noop("All of %(target)s was used up %(due)s, before it stopped to apply %(stopped)s: missed, by %(rest)s.")
