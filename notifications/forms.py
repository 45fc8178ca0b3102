"""What people choose about messages."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from notifications.models import ChatChannel

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


EXAMPLES = _(
    "WeCom wecombot://KEY · DingTalk dingtalk://SECRET@TOKEN · Feishu feishu://TOKEN · Lark lark://TOKEN · Slack slack://A/B/C · "
    "Telegram tgram://BOT/CHAT · Teams workflows://… · any program jsons://host/path · SMS twilio://…"
)


class ChannelForm(forms.Form):
    """A chat or phone; whose it is is chosen when it is made and stays."""

    name = forms.CharField(label=_("Name"), max_length=80)
    team = forms.ModelChoiceField(
        label=_("For"), queryset=Team.objects.none(), required=False, empty_label=_("me"),
        help_text=_("A team's chat is told the kind, the number and the link only: nobody knows who reads along there."),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address of the chat"), max_length=500, help_text=EXAMPLES, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    what = forms.ChoiceField(label=_("Which messages"), choices=ChatChannel.What.choices)
    digest_minutes = forms.IntegerField(
        label=_("Collect for so many minutes"), min_value=0, max_value=24 * 60, initial=0,
        help_text=_("What comes in this time goes as one. 0: each at once. Severity 1 always goes at once."),
    )  # fmt: skip
    quiet_from = _time(_("Quiet from"))
    quiet_until = _time(_("Quiet until"))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("as the desk, or its person")), *settings.LANGUAGES])

    def __init__(self, *args: Any, user: User, shown: ChatChannel | None = None, **given: Any) -> None:
        if shown is not None:
            names = ("name", "what", "digest_minutes", "quiet_from", "quiet_until", "language")
            given["initial"] = {name: getattr(shown, name) for name in names}
        super().__init__(*args, **given)
        if shown is not None or not user.manages:
            del self.fields["team"]
        else:
            self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        if shown is not None:
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Left empty, the address stays. It is kept encrypted and shown to nobody.")
