"""How the catalogue looks to other programs, and what these may send."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalogue import engine, selectors
from catalogue.engine import spoken
from catalogue.models import CURRENCY, Campaign, CampaignItem, Item, Quotation, QuotationLine, Request, State
from catalogue.services import Line, QuoteDraft
from core import languages
from core.api_fields import Day, Input, Known, Output, Text, moment
from customers import selectors as customers
from customers.models import Site


class CatalogueStepOutput(serializers.Serializer[Any]):
    """What happens after a request."""

    text = serializers.CharField()
    text_en = serializers.CharField()


class CatalogueItemOutput(Output[Item]):
    """An item of the catalogue; `values` is the JSON Schema of what a request for it sends."""

    description = serializers.SerializerMethodField()
    description_en = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="version.number", read_only=True)
    ticket_kind = serializers.CharField(source="definition.kind", read_only=True)
    leads_to = serializers.CharField(source="definition.leads_to", read_only=True)
    steps = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = (
            "code", "name", "name_en", "group", "description", "description_en", "version", "is_offered", "ticket_kind", "leads_to",
            "steps", "values",
        )  # fmt: skip
        read_only_fields = fields

    def get_description(self, item: Item) -> str:
        """Answer what it is for."""
        return spoken(item.definition.description, languages.CHINESE)

    def get_description_en(self, item: Item) -> str:
        """Answer what it is for, in English."""
        return spoken(item.definition.description, languages.ENGLISH)

    @extend_schema_field(CatalogueStepOutput(many=True))
    def get_steps(self, item: Item) -> list[dict[str, str]]:
        """Answer what happens after a request."""
        return [{"text": spoken(step, languages.CHINESE), "text_en": spoken(step, languages.ENGLISH)} for step in item.definition.steps]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_values(self, item: Item) -> dict[str, Any]:
        """Answer the JSON Schema of the values."""
        return engine.schema(item.definition, languages.active())


class QuotationLineOutput(Output[QuotationLine]):
    """A line of a quotation."""

    amount = serializers.DecimalField(14, 2, read_only=True)

    class Meta:
        model = QuotationLine
        fields = ("position", "text", "quantity", "unit", "price", "amount")
        read_only_fields = fields


class QuotationOutput(Output[Quotation]):
    """A plan and its costs; `number` is what an answer names."""

    lines = QuotationLineOutput(many=True, read_only=True)
    currency = serializers.SerializerMethodField()
    written_at = moment()
    answered_at = moment()
    document = serializers.CharField(source="document.full_number", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Quotation
        fields = (
            "number", "plan", "hours", "valid_until", "total", "currency", "status", "lines", "written_at", "answered_at", "answer_name",
            "answer_text", "document",
        )  # fmt: skip
        read_only_fields = fields

    def get_currency(self, _quotation: Quotation) -> str:
        """Answer what amounts are in."""
        return CURRENCY


class ServiceRequestOutput(Output[Request]):
    """What was asked for; `quotation` is the one that counts."""

    ticket = serializers.CharField(source="ticket.number", read_only=True)
    ticket_status = serializers.CharField(source="ticket.status", read_only=True)
    organization = serializers.IntegerField(source="ticket.organization_id", read_only=True)
    site = serializers.IntegerField(source="ticket.site_id", read_only=True)
    item = serializers.SlugRelatedField("code", read_only=True)  # type: ignore[var-annotated]
    item_version = serializers.IntegerField(source="version.number", read_only=True)
    values = serializers.JSONField(read_only=True)
    quotation = serializers.SerializerMethodField()
    may_begin = serializers.BooleanField(read_only=True)
    approved_at = moment()
    overridden_at = moment()
    created_at = moment()

    class Meta:
        model = Request
        fields = (
            "id", "ticket", "ticket_status", "organization", "site", "item", "item_version", "values", "charge", "approval", "approved_at",
            "may_begin", "overridden_at", "override_reason", "quotation", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(QuotationOutput(allow_null=True))
    def get_quotation(self, request: Request) -> dict[str, Any] | None:
        """Answer the quotation that counts, if there is one."""
        found = selectors.current_quotation(request)
        return None if found is None else dict(QuotationOutput(found).data)


class ServiceRequestInput(Input):
    """A request: which item, for which site, and the item's own values (see `values` of the item)."""

    item = serializers.CharField(max_length=40)
    site = Known(among=customers.sites_for, queryset=Site.objects.none())
    values = serializers.DictField(child=serializers.JSONField(allow_null=True), required=False)
    contact_name = Text.maybe(max_length=80)
    contact_phone = Text.maybe(max_length=40)
    contact_email = serializers.EmailField(required=False, allow_blank=True, default="")
    external_id = Text.maybe(max_length=120)


class QuotationLineInput(Input):
    """A line of a quotation; the price is of one, in CNY."""

    text = Text(max_length=200)
    quantity = serializers.DecimalField(10, 2, min_value=0, required=False, default=Decimal(1))
    unit = Text.maybe(max_length=20)
    price = serializers.DecimalField(12, 2, min_value=0)


class QuotationInput(Input):
    """A plan and what it costs."""

    plan = Text(max_length=4000)
    hours = serializers.DecimalField(7, 1, min_value=0)
    valid_until = Day()
    lines = QuotationLineInput(many=True)

    def draft(self) -> QuoteDraft:
        """Answer what was sent."""
        given = dict(self.validated_data)
        return QuoteDraft(**{**given, "lines": [Line(**line) for line in given["lines"]]})


class QuotationAnswerInput(Input):
    """The supervisor's word; `number` is the quotation that was read."""

    number = serializers.IntegerField(min_value=1, max_value=32_000)
    text = Text.maybe(max_length=300)


class RequestOverrideInput(Input):
    """Why it cannot wait."""

    reason = Text(max_length=300)


class CampaignOutput(Output[Campaign]):
    """A release and how far it has come; `counts` are the equipment you may see, by state."""

    number = serializers.CharField(read_only=True)
    maker = serializers.CharField(source="release.maker", read_only=True)
    product = serializers.CharField(source="release.product", read_only=True)
    version = serializers.CharField(source="release.version", read_only=True)
    severity = serializers.CharField(source="release.severity", read_only=True)
    is_mandatory = serializers.BooleanField(source="release.is_mandatory", read_only=True)
    published_on = serializers.DateField(source="release.published_on", read_only=True)
    notes = serializers.CharField(source="release.notes", read_only=True)
    notes_en = serializers.CharField(source="release.notes_en", read_only=True)
    opened_at = moment()
    closed_at = moment()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Campaign
        fields = (
            "id", "number", "maker", "product", "version", "severity", "is_mandatory", "published_on", "notes", "notes_en", "opened_at",
            "closed_at", "counts",
        )  # fmt: skip
        read_only_fields = fields

    def get_counts(self, campaign: Campaign) -> dict[str, int]:
        """Answer how many equipment are in which state."""
        known: dict[int, dict[str, int]] = self.context.get("counts") or {}
        return known.get(campaign.pk) or dict.fromkeys(State.values, 0)


class CampaignItemOutput(Output[CampaignItem]):
    """One equipment in a campaign."""

    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    told_at = moment()
    answered_at = moment()
    done_at = moment()
    verified_at = moment()

    class Meta:
        model = CampaignItem
        fields = (
            "id", "campaign", "equipment", "organization", "state", "version_before", "version_after", "risk", "told_at", "reminded",
            "answered_at", "answer_text", "wanted_on", "planned_on", "ticket", "done_at", "verified_at",
        )  # fmt: skip
        read_only_fields = fields


class CampaignStepInput(Input):
    """A step with chosen equipment of the campaign, all or none."""

    step = serializers.ChoiceField(["applies", "exempt", "accept", "decline", "schedule", "done", "verified", "failed"])
    items = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**62), min_length=1, max_length=500)
    text = Text.maybe(max_length=300)
    day = Day(required=False, allow_null=True, default=None)
    version = Text.maybe(max_length=60)

    def validate_items(self, value: list[int]) -> list[int]:
        """Refuse what is named twice."""
        if len(set(value)) != len(value):
            raise serializers.ValidationError(_("Each equipment is named once."))
        return value
