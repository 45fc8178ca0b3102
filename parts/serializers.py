"""How parts look to other programs, and what these may send."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api_fields import Output, moment
from customers.models import CANARY, Site
from parts.models import CURRENCY, Condition, Depot, PartType, Purchase, Repair, Reservation, Rule, StockLevel, StockMovement
from parts.services import Decision
from tickets.models import Ticket
from visits.models import Visit

CODE = "code"
BOOKINGS = ("received", "reserved", "released", "used", "exchanged", "sold", "emergency", "transferred", "counted")
"""What may be booked; an exchange, a transfer and an emergency are a deed each, whatever lines they add."""


def _code(**given: Any) -> serializers.SlugRelatedField[Any]:
    return serializers.SlugRelatedField(CODE, **(given or {"read_only": True}))


def _number() -> serializers.CharField:
    return serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)


class PartOutput(Output[PartType]):
    """A part of the catalogue; `fits` are models of equipment, the price is for one unit outside the warranty."""

    fits: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("model", many=True, read_only=True)
    currency = serializers.SerializerMethodField()

    class Meta:
        model = PartType
        fields = ("id", "code", "name", "name_en", "maker", "number", "unit", "is_serialised", "fits", "price", "currency", "is_active")
        read_only_fields = fields

    def get_currency(self, part: PartType) -> str:
        """Answer what prices are in."""
        return CURRENCY


class StockOutput(Output[StockLevel]):
    """What stands in a depot of one part; `available` are good ones that nobody has set aside."""

    part = _code()
    depot = _code()
    office = serializers.CharField(source="depot.office.code", read_only=True)
    available = serializers.IntegerField(read_only=True)
    low_since = moment()

    class Meta:
        model = StockLevel
        fields = (
            "id", "part", "depot", "office", "on_hand", "reserved", "available", "minimum", "low_since", "defective", "in_repair",
        )  # fmt: skip
        read_only_fields = fields


class UsedOutput(Output[StockMovement]):
    """A part that was handed out for a ticket: how many, and whether it was free or charged."""

    part = _code()
    name = serializers.CharField(source="part.name", read_only=True)
    name_en = serializers.CharField(source="part.name_en", read_only=True)
    ticket = _number()
    at = moment()
    rule = serializers.ChoiceField(Rule.choices, read_only=True, allow_blank=True)
    currency = serializers.SerializerMethodField()

    class Meta:
        model = StockMovement
        fields: tuple[str, ...] = (
            "id", "kind", "at", "ticket", "part", "name", "name_en", "quantity", "serial_number", "is_free", "rule", "free_until", "amount",
            "currency",
        )  # fmt: skip
        read_only_fields = fields

    def get_currency(self, movement: StockMovement) -> str:
        """Answer what amounts are in."""
        return CURRENCY


class MovementOutput(UsedOutput):
    """A line of the ledger."""

    depot = _code()
    actor_name = serializers.CharField(source="actor.name", read_only=True, allow_null=True, default=None)

    class Meta(UsedOutput.Meta):
        fields = (
            *UsedOutput.Meta.fields, "depot", "condition", "visit", "site", "equipment", "reservation", "purchase", "repair", "belongs_to",
            "unit_price", "override_reason", "note", "reference", "actor", "actor_name",
        )  # fmt: skip
        read_only_fields = fields


class PurchaseOutput(Output[Purchase]):
    """A part ordered from its maker; with `pauses` the ticket waits for it."""

    number = serializers.CharField(read_only=True)
    part = _code()
    depot = _code()
    ticket = _number()
    expected_at = moment()
    created_at = moment()
    ordered_at = moment()
    ended_at = moment()

    class Meta:
        model = Purchase
        fields = (
            "id", "number", "status", "part", "depot", "quantity", "received", "ticket", "pauses", "is_urgent", "expected_at", "carrier",
            "tracking_number", "reason", "created_at", "ordered_at", "ended_at",
        )  # fmt: skip
        read_only_fields = fields


class RepairOutput(Output[Repair]):
    """Defective items that went back to the maker."""

    number = serializers.CharField(read_only=True)
    part = _code()
    depot = _code()
    ticket = _number()
    sent_at = moment()
    ended_at = moment()

    class Meta:
        model = Repair
        fields = (
            "id", "number", "status", "part", "depot", "quantity", "serial_number", "ticket", "carrier", "tracking_number", "expected_on",
            "note", "outcome", "sent_at", "ended_at",
        )  # fmt: skip
        read_only_fields = fields


class Strict(serializers.Serializer[Any]):
    """Refuses names it does not know: a misspelt one is not passed over in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names first."""
        if isinstance(data, dict) and (unknown := [name for name in data if name not in self.fields]):
            sentence = _("This field is not known; known are: %(names)s.") % {"names": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [serializers.ErrorDetail(sentence, "unknown")] for name in unknown})
        return super().to_internal_value(data)


def _words(length: int = 300) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=length)


def _count(**given: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=100_000, required=False, **given)


class MovementInput(Strict):
    """A booking; what is not said is left to the service: a part by its code, a depot by its code, a ticket by its number."""

    kind = serializers.ChoiceField(BOOKINGS)
    part = _code(queryset=PartType.objects.all())
    depot = _code(queryset=Depot.objects.filter(is_active=True), required=False)
    to_depot = _code(queryset=Depot.objects.filter(is_active=True), required=False)
    ticket: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        "number", queryset=Ticket.objects.filter(is_canary=False, is_confidential=False), required=False
    )
    visit: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(queryset=Visit.objects.all(), required=False)
    site: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(
        queryset=Site.objects.exclude(organization__code=CANARY), required=False, help_text="For a sale without a ticket."
    )
    quantity = _count()
    serial_number = _words(80)
    serial_numbers = serializers.ListField(child=serializers.CharField(max_length=80), required=False, max_length=1000)
    serial_in = _words(80)
    is_device = serializers.BooleanField(required=False, help_text="The equipment itself is exchanged; its serial number changes.")
    reservation: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(
        queryset=Reservation.objects.all(), required=False
    )
    counted = _count(help_text="What was counted, for a stock-taking.")
    condition = serializers.ChoiceField([Condition.GOOD.value, Condition.DEFECTIVE.value], required=False)
    charge = serializers.ChoiceField(["free", "charged"], required=False, help_text="Against the contract: a manager, with a reason.")
    override_reason = _words()
    reason = _words()
    note = _words()
    reference = serializers.CharField(
        required=False, allow_blank=True, max_length=80, help_text="Your own id: the same one again changes nothing."
    )

    def facts(self, takes: tuple[str, ...]) -> dict[str, Any]:
        """Answer what a booking of this kind takes; refuse what was said beside it."""
        given = dict(self.validated_data)
        given.pop("kind")
        charge, why = given.pop("charge", ""), given.pop("override_reason", "")
        if charge and "decision" in takes:
            given["decision"] = Decision(is_free=charge == "free", reason=why)
        if unknown := [name for name in given if name not in {"part", *takes}]:
            sentence = _("This kind of booking does not take it.")
            raise serializers.ValidationError({name: [serializers.ErrorDetail(sentence, "not_taken")] for name in unknown})
        return given

    def must_have(self, names: tuple[str, ...]) -> None:
        """Refuse a booking that lacks what its kind needs."""
        lacking = [name for name in names if self.validated_data.get(name) in {None, ""}]
        if lacking:
            sentence = _("This kind of booking needs it.")
            raise serializers.ValidationError({name: [serializers.ErrorDetail(sentence, "required")] for name in lacking})


class PlaceInput(Strict):
    """How and when it comes."""

    expected_at = serializers.DateTimeField(required=False, allow_null=True)
    carrier = _words(60)
    tracking_number = _words(80)


class PurchaseInput(PlaceInput):
    """A part to order."""

    part = _code(queryset=PartType.objects.filter(is_active=True))
    depot = _code(queryset=Depot.objects.filter(is_active=True))
    ticket: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        "number", queryset=Ticket.objects.filter(is_canary=False, is_confidential=False), required=False
    )
    quantity = _count()
    pauses = serializers.BooleanField(required=False, help_text="The ticket's pausable clocks stand still until it is expected.")
    is_urgent = serializers.BooleanField(required=False)
    reason = _words()


class OrderInput(PlaceInput):
    """How what was asked for comes."""

    pauses = serializers.BooleanField(required=False)


class TrackInput(PlaceInput):
    """Where it is now."""

    expected_at = serializers.DateTimeField(allow_null=True)
    reason = _words()


class TakeInInput(Strict):
    """What has come."""

    quantity = serializers.IntegerField(min_value=1, max_value=100_000)
    serial_numbers = serializers.ListField(child=serializers.CharField(max_length=80), required=False, max_length=1000)
    note = _words()


class CallOffInput(Strict):
    """Why."""

    reason = serializers.CharField(max_length=300)


class RepairInput(Strict):
    """Defective items to send."""

    part = _code(queryset=PartType.objects.all())
    depot = _code(queryset=Depot.objects.filter(is_active=True))
    quantity = _count()
    serial_number = _words(80)
    carrier = _words(60)
    tracking_number = _words(80)
    expected_on = serializers.DateField(required=False, allow_null=True)
    note = _words()


class BackInput(Strict):
    """What came back."""

    serial_number = _words(80)
    outcome = _words()


class WriteOffInput(Strict):
    """Why it does not come back."""

    outcome = serializers.CharField(max_length=300)
