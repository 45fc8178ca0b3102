"""What is typed about a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from customers.models import CANARY, Organization
from peers.models import Connection, Mapping
from tickets.models import Kind

if TYPE_CHECKING:
    from peers.models import Connection as Row

HIDDEN = "secret"
ONLY_TMF = ("token_url", "listens", "adds", "sends_addresses", "file_hosts")
ROWS_TO_FILL = 3


class ConnectionForm(forms.ModelForm):
    """A connection; a secret that is left empty stays as it is."""

    account = forms.EmailField(
        label=_("Account here (its e-mail)"),
        help_text=_(
            "What comes from there stands in the record under this account, and does what it may: one of ours for a subcontractor "
            "or vendor, a customer's for a customer's own helpdesk. Best an account of its own: what it does is never sent there."
        ),
    )
    secret = forms.CharField(
        label=_("Secret or token"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted and never shown again. Left empty, the one before stays."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of tickets"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple, initial=[Kind.FAULT, Kind.CONSULTATION]
    )

    field_order = (
        "name", "adaptor", "url", "allow_private", "auth", "username", "secret", "account", "organization", "direction", "sends",
        "kinds", "takes_new", "shares_notes", "status_rule", "severity_rule", "kind_rule", "every_seconds", *ONLY_TMF,
    )  # fmt: skip

    class Meta:
        model = Connection
        fields = (
            "name", "adaptor", "url", "allow_private", "auth", "username", "organization", "direction", "sends",
            "kinds", "takes_new", "shares_notes", "status_rule", "severity_rule", "kind_rule", "every_seconds", *ONLY_TMF,
        )  # fmt: skip
        labels = {
            "name": _("Name"),
            "adaptor": _("What is spoken"),
            "url": _("Address"),
            "allow_private": _("May be inside our network (administrators only)"),
            "auth": _("How we log in"),
            "username": _("Client ID or name"),
            "organization": _("Only tickets of this customer"),
            "direction": _("Direction"),
            "sends": _("Sends"),
            "takes_new": _("Tickets that are new there become tickets here"),
            "shares_notes": _("Internal notes are exchanged too"),
            "status_rule": _("Status, if both changed it"),
            "severity_rule": _("Severity, if both changed it"),
            "kind_rule": _("Kind, if both changed it"),
            "every_seconds": _("Asks for news every … seconds"),
            "token_url": _("Address for tokens"),
            "listens": _("Asks to be told at once"),
            "adds": _("Notes and files are added by"),
            "sends_addresses": _("Files are sent as addresses"),
            "file_hosts": _("Files may come from these hosts too"),
        }
        help_texts = {
            "adaptor": _(
                "Another desk of this product is spoken to by its REST interface: the record arrives whole, with internal notes. "
                "TMF621 is what helpdesks of telecom and large companies speak: public words, files and states. "
                "It stays what it is once the connection is made."
            ),
            "url": _(
                "Of a desk: where it is. With TMF621: where its “troubleTicket” and “hub” are; a host alone means the standard's own place."
            ),
            "token_url": _("For OAuth 2, where it is not /oauth/token/ of the same host."),
            "listens": _("Subscribes at the other side's hub, so that news are asked for as soon as there are some."),
            "adds": _("Only the new one, if the other side would otherwise have what is there twice."),
            "sends_addresses": _("The other side fetches them from us, with an account of its own here; else they are sent whole."),
            "file_hosts": _("Files by address are fetched from the other side itself; from these hosts as well, without our secret."),
        }
        widgets = {"url": forms.URLInput(attrs={"placeholder": "https://"})}

    def __init__(self, data: Any = None, *, user: User, connection: Row | None = None) -> None:
        super().__init__(data, instance=connection, initial={"account": connection.account.email} if connection else {})
        organizations = Organization.objects.filter(is_active=True).exclude(code=CANARY).order_by("name")
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["organization"].required = False
        self.fields["adds"].required = False
        self.fields["adaptor"].disabled = connection is not None
        if user.role != Role.ADMIN:
            self.fields["allow_private"].disabled = True

    @property
    def common(self) -> list[forms.BoundField]:
        """Answer the fields of every connection."""
        return [bound for bound in self if bound.name not in ONLY_TMF]

    @property
    def only_tmf(self) -> list[forms.BoundField]:
        """Answer the fields of connections that speak TMF621."""
        return [self[name] for name in ONLY_TMF]

    @property
    def shows_tmf(self) -> bool:
        """Whether those are looked at: TMF621 is chosen, or something is wrong in one."""
        return str(self["adaptor"].value() or "").startswith("tmf") or any(name in self.errors for name in ONLY_TMF)

    def clean_adds(self) -> str:
        """Take what is not said as the standard has it."""
        return self.cleaned_data["adds"] or Connection.Adds.WHOLE

    def clean_account(self) -> User:
        """Find the account; none that may do everything."""
        found = User.objects.filter(email__iexact=self.cleaned_data["account"], is_active=True).exclude(role=Role.ADMIN).first()
        if found is None:
            raise forms.ValidationError(_("There is no active account with this address that may stand for another helpdesk."))
        return found

    def _post_clean(self) -> None:
        """The row is made, checked and saved by the service; a form that is refused must not have changed it."""


class PairForm(forms.Form):
    """One value and what stands for it."""

    ours = forms.CharField(label=_("Ours"), max_length=120, required=False)
    theirs = forms.CharField(label=_("Theirs"), max_length=120, required=False)


class MapForm(forms.Form):
    """Which mappings are shown and edited."""

    what = forms.ChoiceField(label=_("Of what"), choices=Mapping.What.choices)
    way = forms.ChoiceField(label=_("Direction"), choices=Mapping.Way.choices)


def pairs(connection: Row, what: str, way: str, data: Any = None) -> Any:
    """Answer the rows of one mapping as a form set, with some that are empty."""
    made = forms.formset_factory(PairForm, extra=ROWS_TO_FILL, max_num=500, absolute_max=600)
    rows = connection.mappings.filter(what=what, way=way).order_by("id")
    return made(data, initial=[{"ours": row.ours, "theirs": row.theirs} for row in rows], prefix="pairs")


class TrySendForm(forms.Form):
    """A ticket of ours, to see what would be sent."""

    number = forms.CharField(label=_("Number of a ticket"), max_length=24)


class TryReceiveForm(forms.Form):
    """A document of theirs, to see what would be taken."""

    document = forms.CharField(
        label=_("A ticket of theirs, as their interface answers it (JSON)"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=100_000,
    )


class SendForm(forms.Form):
    """Where a ticket is sent."""

    connection = forms.IntegerField(min_value=1)
