"""Small things that stand inside a line."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()

TONES = {
    # What a state asks of the reader: act (accent), look out (risk), stopped (late), fine (met), waits, over.
    "new": "accent",
    "open": "accent",
    "accepted": "info",
    "in_progress": "info",
    "waiting": "paused",
    "paused": "paused",
    "resolved": "met",
    "closed": "none",
    "reopened": "risk",
    "cancelled": "none",
    "planned": "none",
    "departed": "info",
    "on_site": "accent",
    "announced": "info",
    "under_way": "info",
    "done": "met",
    "signed": "met",
    "overdue": "late",
    "missed": "late",
    "refused": "late",
    "failed": "late",
    "sent": "info",
    "answered": "met",
    "expired": "none",
    "active": "met",
    "ended": "none",
}
SEVERITY = {1: ("late", "flame"), 2: ("risk", "alert-triangle"), 3: ("info", "info-circle"), 4: ("none", "point")}
AVATAR_TONES = 6


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon: {% icon "inbox" %}; with a label it is read out, without it is decoration."""
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, static("ui/icons.svg"), name)
    return _decoration(name)


@lru_cache(maxsize=256)
def _decoration(name: str) -> SafeString:
    """Draw an icon that says nothing; pages hold hundreds, and the address of their file never changes while the process runs."""
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', static("ui/icons.svg"), name)


@register.simple_tag
def badge(text: object, tone: str = "none", sign: str = "") -> SafeString:
    """Show a word in a tone: {% badge _("free") "met" "check" %}; tones: accent info met risk late paused none."""
    return format_html('<span class="chip chip-{}">{}<span>{}</span></span>', tone, icon(sign) if sign else "", text)


@register.simple_tag
def status_badge(code: object, label: object = "") -> SafeString:
    """Show a state: {% status_badge ticket.status ticket.get_status_display %}."""
    return format_html(
        '<span class="chip chip-{} chip-status" data-status="{}"><span>{}</span></span>',
        TONES.get(str(code), "none"), code, label or code,
    )  # fmt: skip


@register.simple_tag
def severity_badge(level: int | str | None, name: object = "") -> SafeString | str:
    """Show a severity 1 (worst) to 4, by the plan's word for it: {% severity_badge 1 "重大" %}."""
    if level in (None, ""):
        return "—"
    tone, sign = SEVERITY.get(int(level), ("none", "point"))
    number = _("severity %(level)s") % {"level": level}
    if not name:
        return format_html('<span class="chip chip-{}">{}<span>{}</span></span>', tone, icon(sign), number)
    return format_html(
        '<span class="chip chip-{}">{}<span>{}<span class="visually-hidden"> ({})</span></span></span>',
        tone, icon(sign), name, number,
    )  # fmt: skip


def initials(name: str) -> str:
    """Answer what stands in for a picture: the last two Chinese characters, or Latin initials."""
    words = name.split()
    if not words:
        return "?"
    if not name.isascii():
        return "".join(words)[-2:]
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


@register.simple_tag
def person(who: Any, *, size: str = "", only_picture: bool = False) -> SafeString:
    """Show a person: {% person ticket.assignee %}; None is the system; only_picture=True for the circle alone."""
    name = str(who) if who else _("System")
    return format_html(
        '<span class="person{}"><span class="avatar avatar-tone-{}" aria-hidden="true">{}</span><span class="{}">{}</span></span>',
        f" person-{size}" if size else "",
        (getattr(who, "pk", None) or 0) % AVATAR_TONES,
        initials(name),
        "visually-hidden" if only_picture else "person-name",
        name,
    )
