"""What the frame around each page needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.template.loader import select_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import navigation
from core import time as clock
from core.duration import UNITS

if TYPE_CHECKING:
    from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation_links(context: Context, place: navigation.Place = "bar") -> list[navigation.Link]:
    """Answer the entries of the top bar, or of the menu, for the person who asks."""
    request = context.get("request")
    return navigation.links(request, place) if request is not None and hasattr(request, "user") else []


@register.simple_tag
def url_if_any(name: str, *given: object) -> str:
    """Answer the path of a URL name, or nothing where the product has no such page."""
    return navigation.resolve(name, *given)


@register.simple_tag(takes_context=True)
def include_if_any(context: Context, name: str) -> str:
    """Include a part that another app brings; an error page must not need it."""
    return select_template([name, "components/nothing.html"]).render(context.flatten())


@register.simple_tag
def other_languages() -> list[tuple[str, str]]:
    """Answer the languages the page is not in, each by its own name for itself."""
    now = get_language()
    return [(code, str(name)) for code, name in settings.LANGUAGES if code != now]


@register.simple_tag
def login_hint() -> str:
    """Answer what the operator wants said under the login form."""
    return str(settings.LOGIN_HINT)


@register.simple_tag
def server_now() -> str:
    """Answer the server's time, by which the browser corrects a wrong clock of its own."""
    return clock.now().isoformat()


@register.simple_tag
def browser_words() -> dict[str, str]:
    """Answer the words with which the page's scripts count down; the server's own are the same."""
    units = {str(size): _(unit) for size, unit in UNITS}
    return units | {
        "left": _("%(span)s left"),
        "late": _("%(span)s late"),
        "ago": _("%(span)s ago"),
        "ahead": _("in %(span)s"),
        "now": _("just now"),
        "copied": _("Copied"),
        "close": _("Close"),
        "offline": _("The server cannot be reached. What you see may be out of date."),
        "refused": _("That is not allowed, or you have been logged out. Reload the page."),
        "broken": _("Something went wrong on our side. Nothing was changed; please try again."),
    }
