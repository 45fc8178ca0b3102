"""What is typed about a source, and in the tray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import selectors as customers
from customers.models import CANARY, Organization, Site
from inbound import selectors, usual
from inbound.engine.mapping import FIELDS
from inbound.models import HIGHEST_RATE, RATE, Arrival, Source
from inbound.outcomes import What
from tickets.models import Kind

if TYPE_CHECKING:
    from accounts.models import User

PAIRS, LINES = 50, 50
KINDS = [(value, label) for value, label in Kind.choices if value not in (Kind.COMPLAINT, Kind.INQUIRY)]
"""What a program may report by itself; complaints and inquiries go round with people."""
TEMPLATES: dict[str, Any] = {
    "title": (_("Title"), "{title}"),
    "description": (_("Description"), "{description}"),
    "severity": (_("Severity"), "{severity}"),
    "equipment": (_("Equipment"), "{equipment}"),
    "site": (_("Site"), ""),
    "external_id": (_("External id"), "{id}"),
    "action": (_("Action"), "{status}"),
    "comment": (_("Words for the record"), ""),
    "contact": (_("Contact"), ""),
}
SEVERITIES = "\n".join(f"{word} = {severity}" for word, severity in usual.SEVERITIES.items())


class PairsField(forms.CharField):
    """A word and what it means on each line, with an equals sign between; answers a dictionary with the words in small letters."""

    widget = forms.Textarea

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}), **given)

    def to_python(self, value: Any) -> Any:
        """Read the lines."""
        lines = [line.strip() for line in str(super().to_python(value)).splitlines() if line.strip()]
        pairs = [line.rpartition("=") for line in lines]
        if any(not word.strip() or not meaning.strip() for word, _sign, meaning in pairs):
            raise forms.ValidationError(_("Write one pair on each line: word = meaning."))
        if len(pairs) > PAIRS:
            raise forms.ValidationError(_("That are too many lines."))
        return {word.strip().lower(): meaning.strip().lower() for word, _sign, meaning in pairs}

    def prepare_value(self, value: Any) -> Any:
        """Write the lines."""
        return "\n".join(f"{word} = {meaning}" for word, meaning in value.items()) if isinstance(value, dict) else value


class SeveritiesField(PairsField):
    """Words for severities; answers numbers."""

    def to_python(self, value: Any) -> Any:
        """Read the lines."""
        found = super().to_python(value)
        if any(meaning not in {"1", "2", "3", "4"} for meaning in found.values()):
            raise forms.ValidationError(_("The severity is a number from 1 (worst) to 4."))
        return {word: int(meaning) for word, meaning in found.items()}


class LinesField(forms.CharField):
    """One thing on each line; answers a list."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=5000, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), **given)

    def to_python(self, value: Any) -> Any:
        """Read the lines."""
        lines = [line.strip() for line in str(super().to_python(value)).splitlines() if line.strip()]
        if len(lines) > LINES:
            raise forms.ValidationError(_("That are too many lines."))
        return list(dict.fromkeys(lines))

    def prepare_value(self, value: Any) -> Any:
        """Write the lines."""
        return "\n".join(value) if isinstance(value, list) else value


class _SiteField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organization} · {obj.name}"


class SourceForm(forms.Form):
    """A source; what it is and as whom it acts are chosen when it is made and stay."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("It stands in the record of tickets: for example the name of the monitoring.")
    )
    account = forms.EmailField(
        label=_("Acts as (e-mail of an account)"),
        help_text=_("Its tickets are reported by this account. That of a customer's person can only speak of that customer's equipment."),
    )
    organization = forms.ModelChoiceField(
        label=_("Customer"), queryset=Organization.objects.none(), required=False, empty_label=_("any: found by the equipment"),
        help_text=_("It can only speak of this customer's equipment and sites."),
    )  # fmt: skip
    site = _SiteField(
        label=_("Usual site"), queryset=Site.objects.none(), required=False, empty_label=_("none: it waits in the tray"),
        help_text=_("Where the ticket is made if the equipment is not found."),
    )  # fmt: skip
    ticket_kind = forms.ChoiceField(label=_("Kind of ticket"), choices=KINDS, initial=Kind.FAULT)
    severity = forms.TypedChoiceField(label=_("Usual severity"), choices=[(n, str(n)) for n in (1, 2, 3, 4)], coerce=int, initial=3)
    severities = SeveritiesField(
        label=_("Words for severities"), initial=SEVERITIES, help_text=_("One on each line: the sender's word = 1 to 4.")
    )
    addresses = LinesField(
        label=_("Sends from"), required=False, help_text=_("IP addresses or networks, one on each line. Empty: from anywhere.")
    )
    rate = forms.IntegerField(label=_("Messages a minute"), min_value=1, max_value=HIGHEST_RATE, initial=RATE)

    def __init__(self, *args: Any, user: User, kind: str, shown: Source | None = None, **given: Any) -> None:
        if shown is not None:
            given["initial"] = self._initial(shown)
        super().__init__(*args, **given)
        self.people, self.kind = selectors.people_for(user), kind
        organizations = Organization.objects.filter(is_active=True).exclude(code=CANARY).order_by("name")
        sites = customers.sites_for(user).filter(organization__is_active=True).select_related("organization")
        if shown is not None:
            del self.fields["account"]
            sites = sites.filter(pk__in=customers.sites_for(shown.account).values("pk"))
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["site"].queryset = sites.order_by("organization__name", "name")  # type: ignore[attr-defined]

    def _initial(self, shown: Source) -> dict[str, Any]:
        names = [name for name in self.base_fields if name != "account" and hasattr(Source, name)]
        return {**shown.mapping, **{name: getattr(shown, name) for name in names}}

    def clean_account(self) -> User:
        """Find the account, among those that this person may let a source act as."""
        found: User | None = self.people.filter(email__iexact=self.cleaned_data["account"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no active account with this address that a source of yours may act as."))
        return found

    def facts(self) -> dict[str, Any]:
        """Answer what the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "account" and hasattr(Source, name)}


class _Watched(SourceForm):
    """What says when things are over, and may fall silent."""

    when_over = forms.ChoiceField(label=_("When the alert is over"), choices=Source.WhenOver.choices, initial=Source.WhenOver.COMMENT)
    flap_minutes = forms.IntegerField(
        label=_("Minutes in which it may come back"), min_value=0, max_value=7 * 24 * 60, initial=30,
        help_text=_("What comes back within this time opens the same ticket again; later it is a new one."),
    )  # fmt: skip
    heartbeat_minutes = forms.IntegerField(
        label=_("Minutes it may be silent"), min_value=0, max_value=7 * 24 * 60, initial=0,
        help_text=_("Longer, and whoever made the source is told. 0: nobody is told."),
    )  # fmt: skip


class AlertmanagerForm(_Watched):
    """What is made of alerts."""

    grouping = forms.ChoiceField(label=_("What is one ticket"), choices=Source.Grouping.choices, initial=Source.Grouping.GROUP)
    labels = LinesField(
        label=_("Labels that name the equipment"), initial="\n".join(usual.LABELS),
        help_text=_("One on each line, the likeliest first. Looked for as serial number, QR id and name; a port at the end is ignored."),
    )  # fmt: skip
    severity_label = forms.CharField(label=_("Label of the severity"), max_length=100, initial=usual.SEVERITY_LABEL)
    heartbeat = forms.CharField(
        label=_("Alert that is always on"), max_length=100, required=False, initial=usual.HEARTBEAT,
        help_text=_("It makes no ticket: as long as it comes, the monitoring is alive."),
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """Answer what the services take."""
        return {**super().facts(), "mapping": {"severity_label": self.cleaned_data["severity_label"]}}


class WebhookForm(_Watched):
    """Where in a message the fields of a ticket are."""

    each = forms.CharField(
        label=_("List of events"), max_length=200, required=False,
        help_text=_("The path of a list, each row of which is an event of its own, such as “events”. Empty: the message is one event."),
    )  # fmt: skip
    actions = PairsField(
        label=_("Words for actions"),
        help_text=_("One on each line: the sender's word = open, comment or resolve. Usual words such as firing and OK are known."),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name in FIELDS:
            label, usual = TEMPLATES[name]
            self.fields[f"at_{name}"] = forms.CharField(
                label=_("Mapping: %(field)s") % {"field": label}, max_length=1000, required=name == "title", initial=usual
            )
        words = _(
            'Words with places in braces, such as {host.name}: {text|title}. Paths go into lists with [0] and take odd names as ["a.b"].'
        )
        self.fields["at_title"].help_text = words

    def _initial(self, shown: Source) -> dict[str, Any]:
        templates = shown.mapping.get("templates", {})
        return {**super()._initial(shown), **{f"at_{name}": templates.get(name, "") for name in FIELDS}}

    def facts(self) -> dict[str, Any]:
        """Answer what the services take."""
        given = self.cleaned_data
        templates = {name: given[f"at_{name}"] for name in FIELDS if given.get(f"at_{name}")}
        return {**super().facts(), "mapping": {"templates": templates, "each": given["each"], "actions": given["actions"]}}


class OsticketForm(SourceForm):
    """What is made of topics and priorities."""

    kinds = PairsField(label=_("Kinds for topics"), help_text=_("One on each line: topicId = fault, consultation or request."))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["site"].required = True
        self.fields["severities"].help_text = _("One on each line: priority = 1 to 4. The four that osTicket ships are known.")
        if not self.initial:
            self.fields["severities"].initial = ""

    def clean_kinds(self) -> dict[str, str]:
        """Refuse a kind that there is not."""
        found: dict[str, str] = self.cleaned_data["kinds"]
        if any(value not in Kind.values for value in found.values()):
            raise forms.ValidationError(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Kind.values)})
        return found

    def facts(self) -> dict[str, Any]:
        """Answer what the services take."""
        return {**super().facts(), "mapping": {"kinds": self.cleaned_data["kinds"]}}


FORMS: dict[str, type[SourceForm]] = {
    Source.Kind.ALERTMANAGER: AlertmanagerForm,
    Source.Kind.WEBHOOK: WebhookForm,
    Source.Kind.OSTICKET: OsticketForm,
}


class RotateForm(forms.Form):
    """How long both secrets open."""

    overlap_hours = forms.IntegerField(
        label=_("Hours for which the old secret opens as well"), min_value=0, max_value=168, initial=24,
        help_text=_("0: the old one ends at once. A week at most."),
    )  # fmt: skip


class LogForm(forms.Form):
    """Which messages are listed."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), *Arrival.State.choices],
        widget=forms.Select(attrs={"data-submit-on-change": ""}),
    )

    def text(self) -> str:
        """Answer the state; all where none of them is asked for."""
        return self.cleaned_data["state"] if self.is_valid() else ""


class RehearseForm(forms.Form):
    """A message to try."""

    payload = forms.CharField(
        label=_("Message"),
        max_length=300_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "font-monospace"}),
    )


class PlaceForm(forms.Form):
    """What a case in the tray is about."""

    place = forms.CharField(max_length=20, error_messages={"required": _("Choose the equipment, or the site.")})
    remember = forms.BooleanField(label=_("From now on the sender's name means this equipment"), required=False, initial=True)


class FindForm(forms.Form):
    """By which words a place is looked for."""

    q = forms.CharField(label=_("Equipment or site"), required=False, max_length=200)


def words_for(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer the lines of a log with what was done in words."""
    labels = {str(what): what.label for what in What}
    return [{**line, "words": labels.get(line["what"], line["what"])} for line in lines]
