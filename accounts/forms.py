"""What people type about themselves."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.models import PROVIDER_ROLES, ApiToken, User


class _Plain(forms.Form):
    """Labels say enough, so no placeholder repeats them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_Plain, allauth_forms.LoginForm):
    """The way in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay logged in on this device")


class ForgottenForm(_Plain, allauth_forms.ResetPasswordForm):
    """Where to send the link that sets a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")


class NewPasswordForm(_Plain, allauth_forms.ResetPasswordKeyForm):
    """What the link leads to."""


class ChangePasswordForm(_Plain, allauth_forms.ChangePasswordForm):
    """Another password, by somebody who knows the old one."""


class ProfileForm(forms.ModelForm):
    """How a person is called, reached and spoken to."""

    class Meta:
        model = User
        fields = ("name", "phone", "language")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }
        labels = {"name": _("Full name")}
        help_texts = {"language": _("Of the pages and of the messages you are sent.")}


class TokenForm(forms.Form):
    """A new key for a program."""

    name = forms.CharField(label=_("What is it for?"), max_length=80, help_text=_("For example the name of the other helpdesk."))
    scope = forms.ChoiceField(label=_("It may"), choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands beside the profile, whose fields have the same names.
        super().__init__(*args, **{"auto_id": "token_%s", **kwargs})


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, widget=widget)


class AbsenceForm(forms.Form):
    """Who is away, from when until when, and who is told instead."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Who is away"), empty_label=None)
    starts_at = _moment(_("Away from"))
    ends_at = _moment(_("Away until"))
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label=_("In their place"),
        required=False,
        empty_label=_("no deputy"),
        help_text=_("Is told of promises that run late instead. Without one, the others of the same level are told, else the office lead."),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, auto_id="absence-%s", initial={"person": user.pk})
        theirs = selectors.answered_for(user)
        self.fields["person"].queryset = theirs  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).order_by("name")  # type: ignore[attr-defined]
