"""The words a plan is written in, and what is said of a word that is not one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sla.engine.sentences import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Path = tuple[str | int, ...]
"""Where something stands in a plan: keys and positions from the outside in."""

KINDS = ("fault", "consultation", "complaint", "request", "inquiry")
CHANNELS = ("portal", "phone", "email", "fax", "api", "onsite")
MEASURES = (
    "registration", "response", "team", "diagnosis", "remote", "departure", "onsite", "workaround", "restore", "solution", "followup",
    "relay", "opinion", "handover",
)  # fmt: skip
EVENTS = (
    "reported", "registered", "assigned", "accepted", "contacted", "called", "replied", "noted", "team_formed", "opinion_asked",
    "opinion_given", "diagnosis_delivered", "diagnosis_rejected", "remote_agreed", "remote_started", "onsite_requested", "departed",
    "checked_in", "left", "hold", "resumed", "pause_objected", "severity_changed", "stopgap", "resolved", "confirmed", "rejected",
    "reopened", "closed", "cancelled", "merged", "followed_up", "escalated", "acknowledged", "reassigned", "team_called", "vendor_called",
    "tier_raised", "tier_taken", "raised_to_expert", "raised_to_vendor", "taken_by_expert", "taken_by_vendor",
)  # fmt: skip
NARROWED = {
    "called": ("contacted", "via", "call"),
    "raised_to_expert": ("tier_raised", "tier", "expert"),
    "raised_to_vendor": ("tier_raised", "tier", "vendor"),
    "taken_by_expert": ("tier_taken", "tier", "expert"),
    "taken_by_vendor": ("tier_taken", "tier", "vendor"),
}
"""Words for one way in which something happens: the event of the log, and the fact that tells."""
ROLES = ("assignee", "team", "team_lead", "office_lead", "manager", "director", "contact", "emergency_team")
ACTIONS = ("reassign", "raise_severity", "form_team", "vendor")
"""What a level may do by itself, in the order in which it is done."""
OWNERS = ("customer", "third_party", "logistics", "vendor")
SEVERITIES = (1, 2, 3, 4)

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class PlanError(ValueError):
    """A plan says something that cannot be kept: where (a path of keys) and what is wrong, in a sentence.

    ``text`` with ``values`` filled in is the sentence: the text is what a translation is found by.
    """

    def __init__(self, path: Path, text: str, **values: object) -> None:
        self.path, self.text, self.values = path, text, values
        self.sentence = sentence = text % values
        where = ".".join(str(step) for step in path) or "plan"
        super().__init__(f"{where}: {sentence}")


def choices(given: Any, allowed: Iterable[Any], path: Path) -> tuple[Any, ...]:
    """Check that a list holds nothing but known words."""
    if not isinstance(given, list | tuple):
        raise PlanError(path, _("“%(given)s” should be a list, such as [%(given)s]"), given=given)
    for value in given:
        if value not in tuple(allowed):
            raise PlanError(path, _("“%(given)s” is not known; choose from %(choices)s"), given=value, choices=", ".join(map(str, allowed)))
    return tuple(given)


def texts(given: Any, path: Path) -> tuple[str, ...]:
    """Check that it is a list, and read it as words."""
    if not isinstance(given, list | tuple):
        raise PlanError(path, _("“%(given)s” should be a list, such as [%(given)s]"), given=given)
    return tuple(map(str, given))


def code_of(row: Mapping[str, Any], path: Path, key: str | int = "code") -> str:
    """Read the code of something: it stands in URLs, in columns and in the API."""
    value = text_of(row, "code", path)
    if not _CODE.fullmatch(value):
        raise PlanError((*path, key), _("“%(given)s” is no code; write small letters, digits and hyphens, at most 40"), given=value)
    return value


def text_of(row: Mapping[str, Any], key: str, path: Path) -> str:
    """Read a text that must be there."""
    value = str(row.get(key) or "").strip()
    if not value:
        raise PlanError((*path, key), _("missing"))
    return value


def words(row: Any, key: str, path: Path) -> dict[str, str]:
    """Read what people see: in both languages, always."""
    value = row.get(key) if isinstance(row, dict) else None
    if not isinstance(value, dict) or not value.get("zh-hans") or not value.get("en"):
        raise PlanError((*path, key), _("needs words in both languages: {zh-hans: …, en: …}"))
    # a comma in a {zh-hans: …, en: …} that is not quoted would make a third key of the rest
    known(value, ("zh-hans", "en"), (*path, key))
    return {"zh-hans": str(value["zh-hans"]), "en": str(value["en"])}


def known(data: Any, allowed: tuple[str, ...], path: Path) -> None:
    """Check that a mapping has no key but these: a misspelt one must not be passed over."""
    if not isinstance(data, dict):
        raise PlanError(path, _("should be a mapping of keys to values"))
    for key in data:
        if key not in allowed:
            raise PlanError(
                (*path, str(key)), _("“%(given)s” is not known here; choose from %(choices)s"), given=key, choices=", ".join(allowed)
            )
