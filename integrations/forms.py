"""What is typed about an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import CANARY, Organization
from integrations import kinds
from integrations.models import WebhookDelivery, WebhookEndpoint

if TYPE_CHECKING:
    from accounts.models import User


class EndpointForm(forms.Form):
    """An endpoint; whose it is can be chosen by managers, and only when it is made."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"}))
    organization = forms.ModelChoiceField(
        label=_("Customer"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("none: one of ours"),
        help_text=_("A customer's endpoint is told only what that customer may read of its own tickets."),
    )
    payload = forms.ChoiceField(label=_("Content"), choices=WebhookEndpoint.Payload.choices, initial=WebhookEndpoint.Payload.THIN)
    types = forms.MultipleChoiceField(label=_("Event types"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: User, endpoint: WebhookEndpoint | None = None, **given: Any) -> None:
        if endpoint is not None:
            given["initial"] = {name: getattr(endpoint, name) for name in ("name", "url", "payload", "types")}
        super().__init__(*args, **given)
        choices = kinds.choices(for_customer=not user.manages or (endpoint is not None and endpoint.organization_id is not None))
        self.fields["types"].choices = choices  # type: ignore[attr-defined]
        if endpoint is None:
            self.fields["types"].initial = [code for code, _label in choices]
        if endpoint is None and user.manages:
            chosen = Organization.objects.filter(is_active=True).exclude(code=CANARY).order_by("name")
            self.fields["organization"].queryset = chosen  # type: ignore[attr-defined]
        else:
            del self.fields["organization"]

    def clean(self) -> dict[str, Any]:
        """A customer's endpoint hears of nothing internal: what was ticked of that is left out."""
        given = super().clean() or self.cleaned_data
        if given.get("organization") and given.get("types"):
            given["types"] = [code for code in given["types"] if code not in kinds.INTERNAL]
        return given


class RotateForm(forms.Form):
    """How long both secrets sign."""

    overlap_hours = forms.IntegerField(
        label=_("Hours for which the old secret signs as well"), min_value=0, max_value=168, initial=24,
        help_text=_("0: the old one ends at once. A week at most."),
    )  # fmt: skip


class ReplayForm(forms.Form):
    """Since when what was given up is sent again."""

    since = forms.DateTimeField(
        label=_("Happened since"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


class LogForm(forms.Form):
    """Which deliveries are listed."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), *WebhookDelivery.State.choices],
        widget=forms.Select(attrs={"data-submit-on-change": ""}),
    )

    def text(self) -> str:
        """Answer the state; all where none of them is asked for."""
        return self.cleaned_data["state"] if self.is_valid() else ""
