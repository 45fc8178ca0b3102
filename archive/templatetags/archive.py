"""Whether there is an archive of what is shown, and how an entry looks: {% load archive %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from archive import selectors
from core.templatetags.inline import TONES

if TYPE_CHECKING:
    from accounts.models import User
    from archive.engine import Entry
    from archive.scope import Scope
    from customers.models import Equipment, Organization

register = template.Library()


@register.filter
def tone(entry: Entry) -> str:
    """Answer the colour of an entry's sign: that of its state."""
    return TONES.get(entry.state, "none")


@register.simple_tag
def archive_of(thing: Organization | Equipment, user: User) -> Scope | None:
    """Answer the archive of a thing, or None where the person may not open it: {% archive_of equipment user as scope %}."""
    return selectors.scope_of(user, thing._meta.model_name or "", thing.pk)
