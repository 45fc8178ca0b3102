"""How sources look to other programs, and what these may send about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api_fields import Input, Known, Output, Text, moment
from customers import selectors as customers
from customers.models import Organization, Site
from inbound import selectors, usual
from inbound.engine.mapping import FIELDS
from inbound.models import HIGHEST_RATE, RATE, Arrival, Source
from tickets.models import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 50
"""Words, lines and addresses."""
WEEK = 7 * 24
KINDS = [(value, label) for value, label in Kind.choices if value not in (Kind.COMPLAINT, Kind.INQUIRY)]
"""What a program may report by itself."""


class SourceMappingOutput(serializers.Serializer[Any]):
    """What becomes of the fields of a message; which of these there are depends on the kind."""

    severity_label = serializers.CharField(required=False)
    templates = serializers.DictField(child=serializers.CharField(), required=False)
    each = serializers.CharField(required=False)
    actions = serializers.DictField(child=serializers.CharField(), required=False)
    kinds = serializers.DictField(child=serializers.CharField(), required=False)


class SourceOutput(Output):
    """Another system that sends to the desk: where to, as whom it acts, and what becomes of what it sends."""

    address = serializers.CharField(read_only=True, help_text="Where it sends to.")
    account = serializers.EmailField(source="account.email", read_only=True)
    secret_start = serializers.CharField(source="start", read_only=True)
    old_secret_until = serializers.DateTimeField(
        source="old_until", read_only=True, allow_null=True, help_text="Until when the secret before opens as well."
    )
    addresses = serializers.ListField(child=serializers.CharField(), read_only=True)
    severities = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    labels = serializers.ListField(child=serializers.CharField(), read_only=True)
    mapping = SourceMappingOutput(read_only=True)
    created_at = moment()

    class Meta:
        model = Source
        fields = (
            "id", "kind", "name", "address", "account", "organization", "site", "ticket_kind", "severity", "severities", "grouping",
            "when_over", "flap_minutes", "labels", "mapping", "heartbeat", "heartbeat_minutes", "addresses", "rate", "is_paused",
            "secret_start", "old_secret_until", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class SourceMadeOutput(serializers.Serializer[Any]):
    """A source, and its secret: answered this once and kept nowhere, so that a request sent again with its key is answered without."""

    source = SourceOutput()  # type: ignore[assignment]
    secret = serializers.CharField(allow_null=True)


class SourceHowOutput(Output):
    """How it goes with a source: when it was last heard of, and what it sent."""

    seen_at = moment()
    beat_at = moment()
    silent_since = moment()
    waiting = serializers.IntegerField(help_text="Cases that wait in the tray for somebody to say what they are about.")

    class Meta:
        model = Source
        fields = ("seen_at", "beat_at", "silent_since", "received", "opened", "refused", "waiting")
        read_only_fields = fields


class SourceOutcomeOutput(serializers.Serializer[Any]):
    """What was done with one thing that a message says."""

    what = serializers.CharField()
    ticket = serializers.CharField(allow_blank=True, allow_null=True)
    about = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)


class SourceMessageOutput(Output):
    """A message of a source, without its content, and what became of it."""

    at = moment()
    outcomes = SourceOutcomeOutput(many=True, read_only=True)

    class Meta:
        model = Arrival
        fields = ("id", "at", "sender", "content_type", "size", "state", "attempts", "code", "error", "outcomes")
        read_only_fields = fields


def _words(child: Any, **given: Any) -> serializers.DictField:
    return serializers.DictField(child=child, required=False, **given)


class SourceMappingInput(Input):
    """What becomes of the fields of a message: `severity_label` for Alertmanager; `templates` (by field, with places in braces such as
    `{host.name}`), `each` (the path of a list) and `actions` (word: open, comment or resolve) for webhooks; `kinds` (topic: kind of
    ticket) for osTicket.
    """  # noqa: D205 - one sentence

    severity_label = Text(max_length=100, required=False)
    templates = _words(Text(max_length=1000, allow_blank=True), help_text=f"For each of {', '.join(FIELDS)}; the title is needed.")
    each = Text(max_length=200, required=False, allow_blank=True)
    actions = _words(Text(max_length=20))
    kinds = _words(Text(max_length=20))

    def validate_templates(self, given: dict[str, str]) -> dict[str, str]:
        """Take the fields that there are; what is empty is not mapped."""
        unknown = [name for name in given if name not in FIELDS]
        if unknown:
            raise serializers.ValidationError(
                {unknown[0][:100]: [_("This field is not known; known are: %(names)s.") % {"names": ", ".join(FIELDS)}]}
            )
        return {name: template for name, template in given.items() if template}

    def validate_actions(self, given: dict[str, str]) -> dict[str, str]:
        """Take words in small letters."""
        return _spoken(given)

    def validate_kinds(self, given: dict[str, str]) -> dict[str, str]:
        """Take words in small letters."""
        return _spoken(given)


def _spoken(given: Mapping[str, Any]) -> dict[str, Any]:
    """Answer words as they are looked for: in small letters."""
    if len(given) > MOST or any(not word.strip() or "\0" in word for word in given):
        raise serializers.ValidationError(_("Give 1 to 50 words, none of them empty."))
    return {word.strip().lower()[:100]: value.lower() if isinstance(value, str) else value for word, value in given.items()}


def _lines(**given: Any) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=100), max_length=MOST, required=False, **given)


class SourceChangeInput(Input):
    """What becomes of what a source sends; its kind, and as whom it acts, stay."""

    name = Text(max_length=80, help_text="It stands in the record of tickets.")
    organization = Known(
        among=customers.organizations_for, queryset=Organization.objects.none(), required=False, allow_null=True,
        help_text="It can only speak of this customer's things; null: of everybody's.",
    )  # fmt: skip
    site = Known(
        among=customers.sites_for, queryset=Site.objects.none(), required=False, allow_null=True,
        help_text="Where the ticket is made if the equipment is not found; null: it waits in the tray.",
    )  # fmt: skip
    ticket_kind = serializers.ChoiceField(KINDS, required=False)
    severity = serializers.IntegerField(min_value=1, max_value=4, required=False)
    severities = _words(serializers.IntegerField(min_value=1, max_value=4), help_text="The sender's words, and what they mean.")
    addresses = _lines(help_text="IP addresses or networks it sends from; none: anywhere.")
    rate = serializers.IntegerField(min_value=1, max_value=HIGHEST_RATE, required=False, help_text=f"Messages a minute; else {RATE}.")
    grouping = serializers.ChoiceField(Source.Grouping.choices, required=False)
    when_over = serializers.ChoiceField(Source.WhenOver.choices, required=False)
    flap_minutes = serializers.IntegerField(min_value=0, max_value=WEEK * 60, required=False)
    labels = _lines(help_text="Labels that name the equipment, the likeliest first.")
    heartbeat = Text(max_length=100, required=False, allow_blank=True, help_text="The alert that is always on.")
    heartbeat_minutes = serializers.IntegerField(min_value=0, max_value=WEEK * 60, required=False, help_text="0: nobody is told.")
    mapping = SourceMappingInput(required=False)

    def validate_severities(self, given: dict[str, int]) -> dict[str, int]:
        """Take words in small letters."""
        return _spoken(given)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what a source of this kind does not have."""
        kind = self.context.get("kind") or attrs["kind"]
        known = usual.FIELDS[kind] | {"kind", "account"}
        wrong: dict[str, Any] = {name: [self._foreign(known)] for name in attrs if name not in known}
        mapped = [name for name in attrs.get("mapping", {}) if name not in usual.MAPPED[kind]]
        if mapped:
            wrong["mapping"] = {name: [self._foreign(usual.MAPPED[kind])] for name in mapped}
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs

    def _foreign(self, known: frozenset[str]) -> serializers.ErrorDetail:
        sentence = _("This field is not known; known are: %(names)s.") % {"names": ", ".join(sorted(known))}
        return serializers.ErrorDetail(sentence, "unknown")


class SourceInput(SourceChangeInput):
    """A source to make; `account` is the e-mail address of whom it acts as. What is left out is as usual for its kind."""

    kind = serializers.ChoiceField(Source.Kind.choices)
    account = serializers.EmailField(max_length=254)

    def validate_account(self, address: str) -> Any:
        """Find the account, among those that this person may let a source act as."""
        found = selectors.people_for(self.context["request"].user).filter(email__iexact=address).first()
        if found is None:
            words = _("There is no active account with this address that a source of yours may act as.")
            raise serializers.ValidationError(words, "does_not_exist")
        return found


class RotateInput(Input):
    """How long the secret before opens as well; 0: it ends at once."""

    overlap_hours = serializers.IntegerField(min_value=0, max_value=WEEK, required=False, default=24)
