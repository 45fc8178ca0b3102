"""What the engine's reasons are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Skill
    from visits.engine import Choice, Reason

OBJECTIONS = {
    "present": _("%(name)s is on site already: %(about)s. Nobody is at two places at once."),
    "double": _("%(name)s has another visit then: %(about)s, %(when)s."),
    "away": _("%(name)s is away (%(when)s)."),
    "away_deputy": _("%(name)s is away (%(when)s); in their place: %(deputy)s."),
    "closed": _("That is outside office hours."),
    "skill": _("%(name)s lacks the skill that is needed: %(skill)s."),
    "region": _("%(name)s belongs to another region."),
    "late": _("Somebody was promised to be there by %(due)s."),
    "past": _("That time has begun already."),
}
DECIDED = {
    "double": _("another visit at the same time"),
    "away": _("engineer away"),
    "closed": _("outside office hours"),
    "skill": _("skill missing"),
    "region": _("other region"),
    "late": _("after the promised time"),
    "past": _("time had begun"),
}
"""What was decided all the same, as the record of a visit says it to our own people."""
REASONS = {
    "region": _("same region"),
    "other_region": _("other region"),
    "skill": _("has the skill %(skill)s"),
    "no_skill": _("lacks the skill %(skill)s"),
    "duty": _("on duty: %(period)s"),
    "here": _("at this site that day anyway, %(start)s–%(end)s"),
    "late": _("after the promised time"),
    "closed": _("outside office hours"),
    "free": _("free %(start)s–%(end)s"),
    "visits": _("no visit that day"),
}
TONES = {"region": "met", "skill": "met", "duty": "accent", "here": "accent", "no_skill": "late", "late": "late", "closed": "risk"}
AGREED = {"other_region": "region", "no_skill": "skill", "late": "late", "closed": "closed"}
"""What a proposal says openly need not be asked about again."""


def clock(at: datetime) -> str:
    """Write the time of day."""
    return f"{timezone.localtime(at):%H:%M}"


def when(start: datetime, end: datetime) -> str:
    """Write from when until when; the day once, where it is one."""
    from_, until = timezone.localtime(start), timezone.localtime(end)
    same = from_.date() == until.date()
    return f"{from_:%m-%d %H:%M}–{until:%H:%M}" if same else f"{from_:%m-%d %H:%M} – {until:%m-%d %H:%M}"


def objection(reason: Reason, *, name: str, skill: Skill | None) -> str:
    """Say what speaks against a plan."""
    facts: dict[str, Any] = {"name": name, "skill": skill, **reason.facts}
    if "start" in facts:
        facts["when"] = when(facts["start"], facts["end"])
    if facts.get("due"):
        facts["due"] = f"{timezone.localtime(facts['due']):%m-%d %H:%M}"
    code = "away_deputy" if reason.code == "away" and facts["deputy"] else reason.code
    return OBJECTIONS[code] % facts


def why(choice: Choice, skill: Skill | None) -> list[tuple[str, str]]:
    """Say why somebody is proposed: a few words for each reason, and their tone."""
    return [(_reason(reason, skill), TONES.get(reason.code, "none")) for reason in choice.reasons]


def _reason(reason: Reason, skill: Skill | None) -> str:
    count = reason.facts.get("count", 0)
    if reason.code == "visits" and count:
        return ngettext("%(count)s visit that day", "%(count)s visits that day", count) % {"count": count}
    if reason.code == "tickets":
        return ngettext("%(count)s open ticket", "%(count)s open tickets", count) % {"count": count}
    facts = {**reason.facts, "skill": skill}
    if "start" in facts:
        facts |= {"start": clock(facts["start"]), "end": clock(facts["end"]).replace("00:00", "24:00")}
    return REASONS[reason.code] % facts


def agreed(choice: Choice) -> str:
    """Answer the codes of what speaks against a proposal and is said in it."""
    return ",".join(AGREED[reason.code] for reason in choice.reasons if reason.code in AGREED)
