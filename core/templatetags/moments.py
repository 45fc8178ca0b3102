"""Times, lengths of time, and the clocks of promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from core import time as clock
from core.duration import spell
from core.templatetags.inline import icon

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()

MINUTE = 60
WARN_SHARE = 0.75
"""From this share of the target on a clock is shown as at risk, unless it says itself when."""


@register.filter
def duration(length: timedelta | float | None, parts: int = 2) -> str:
    """Say a timedelta or a number of seconds in words: {{ clock.target_seconds|duration }}."""
    return "" if length is None else spell(length, parts=int(parts))


def relative(at: datetime, now: datetime) -> str:
    """Say how far away a moment is, to its largest unit."""
    seconds = int((at - now).total_seconds())
    if abs(seconds) < MINUTE:
        return _("just now")
    return (_("in %(span)s") if seconds > 0 else _("%(span)s ago")) % {"span": spell(seconds, parts=1)}


def absolute(at: datetime, now: datetime) -> str:
    """Write a moment in local time; the year only when it is not this one."""
    local = timezone.localtime(at)
    same_year = local.year == timezone.localtime(now).year
    return local.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d %H:%M")


@register.simple_tag
def moment(at: datetime | None, show: str = "both") -> SafeString | str:
    """Show a moment: {% moment ticket.created_at %}; show="absolute" or "relative" for one of the two."""
    if at is None:
        return "—"
    now = clock.now()
    words = {"absolute": absolute(at, now), "relative": relative(at, now)}
    title = f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S %Z}"
    stamp = at.astimezone(UTC).isoformat()
    if show in words:
        return format_html('<time datetime="{}" title="{}" data-show="{}">{}</time>', stamp, title, show, words[show])
    return format_html(
        '<time datetime="{}" title="{}">{} <span class="ago" data-show="relative">{}</span></time>',
        stamp, title, words["absolute"], words["relative"],
    )  # fmt: skip


@register.simple_tag
def day(value: date | None) -> SafeString | str:
    """Show a date: {% day contract.ends_on %}."""
    if value is None:
        return "—"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.date_format(value, "Y-m-d"))


@dataclass(frozen=True, slots=True)
class Look:
    """How a clock's state is shown: class of the chip, icon, words."""

    tone: str
    icon: str
    words: str


def _get(source: Any, name: str, default: Any = None) -> Any:
    return source.get(name, default) if isinstance(source, dict) else getattr(source, name, default)


def warn_at(source: Any) -> datetime | None:
    """Answer when a running clock begins to look at risk."""
    given, due, share = _get(source, "warn_at"), _get(source, "due_at"), _get(source, "share")
    remaining = _get(source, "remaining_seconds")
    if given or not due or share is None or remaining is None or share >= 1:
        return given
    target = remaining / (1 - share)
    return due - timedelta(seconds=target * (1 - WARN_SHARE))


def _running(source: Any, now: datetime) -> Look:
    due, warn = _get(source, "due_at"), warn_at(source)
    if due is None:
        return Look("ok", "clock", _("running"))
    if now > due:
        return Look("late", "alert-octagon", _("%(span)s late") % {"span": spell(now - due)})
    risky = now >= warn if warn else (_get(source, "share") or 0) >= WARN_SHARE
    words = _("%(span)s left") % {"span": spell(due - now)}
    return Look("risk", "alert-triangle", words) if risky else Look("ok", "clock", words)


def _paused(source: Any) -> Look:
    remaining = _get(source, "remaining_seconds")
    if remaining is None:
        return Look("paused", "player-pause", _("paused"))
    return Look("paused", "player-pause", _("paused, %(span)s left") % {"span": spell(max(remaining, 0))})


def _missed(source: Any, now: datetime) -> Look:
    due, met = _get(source, "due_at"), _get(source, "met_at")
    if due is None:
        return Look("late", "alert-octagon", _("missed"))
    late = _("%(span)s late") % {"span": spell((met or now) - due)}
    return Look("late", "alert-octagon", late)


def look(source: Any, now: datetime) -> Look:
    """Answer how a clock is shown at an instant."""
    match str(_get(source, "state", "")):
        case "running":
            return _running(source, now)
        case "paused":
            return _paused(source)
        case "missed":
            return _missed(source, now)
        case "met":
            return Look("met", "circle-check", _("kept"))
        case "void":
            return Look("none", "minus", _("does not apply"))
        case _:
            return Look("none", "clock-pause", _("not started"))


@register.simple_tag
def clock_chip(source: Any, *, compact: bool = False) -> SafeString:
    """Show a clock: {% clock_chip clock %}; compact=True keeps the promise's name for screen readers only."""
    now = clock.now()
    state, due, met, name = str(_get(source, "state", "")), _get(source, "due_at"), _get(source, "met_at"), _get(source, "name", "")
    ticking = due is not None and (state == "running" or (state == "missed" and met is None))
    warn, shown = warn_at(source), look(source, now)
    data = {
        "data-state": state,
        "data-due": due.astimezone(UTC).isoformat() if due is not None and ticking else "",
        "data-warn-at": warn.astimezone(UTC).isoformat() if ticking and warn else "",
        "title": f"{name} · {timezone.localtime(due):%Y-%m-%d %H:%M:%S}" if due and state != "paused" else "",
    }
    return format_html(
        '<span class="chip clock chip-{}"{}>{}<span class="clock-name{}">{}</span> <span class="clock-left">{}</span></span>',
        shown.tone,
        format_html_join("", ' {}="{}"', ((key, value) for key, value in data.items() if value)),
        icon(shown.icon),
        " visually-hidden" if compact else "",
        name,
        shown.words,
    )
