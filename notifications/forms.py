"""What people choose about messages."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

CONTINENTS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@lru_cache
def _zones() -> list[str]:
    """Answer the zones that are named for a place; the other names are the same zones once more."""
    return sorted(name for name in available_timezones() if name.startswith(CONTINENTS))


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


class QuietHoursForm(forms.Form):
    """From when until when mail waits, and by which clock on the wall."""

    quiet_from = _time(_("No mail from"))
    quiet_until = _time(_("No mail until"))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, help_text=_("The hours are those of the clock on the wall there."))

    def __init__(self, data: Any = None, *, user: User) -> None:
        names = ("quiet_from", "quiet_until", "time_zone")
        super().__init__(data, initial={name: getattr(user, name) for name in names}, auto_id="quiet-%s")
        own = _("the service desk's own (%(zone)s)") % {"zone": settings.TIME_ZONE}
        given = [user.time_zone] if user.time_zone and user.time_zone not in _zones() else []
        self.fields["time_zone"].choices = [("", own), *((name, name) for name in [*given, *_zones()])]  # type: ignore[attr-defined]
