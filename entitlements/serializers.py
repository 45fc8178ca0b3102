"""How entitlements look to other programs, and what these may send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api_fields import Day, Input, Known, Output, Text, Word, moment
from customers import engine
from customers import selectors as customers
from customers.models import Contract, Equipment, Term
from entitlements import words
from entitlements.models import QuotationLine, QuotationRequest, Remedy
from parts import selectors as parts
from parts.models import Repair, StockMovement
from tickets import selectors as tickets
from tickets.models import Ticket

OWN_ID = "Your own id for it: sent again, what else is sent is put right in it (200); what is left out stays."


def _money(**given: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, **given)


class TermOutput(Output):
    """Days on which work is free or agreed: of a contract or of one equipment."""

    contract_number = serializers.CharField(source="contract.number", read_only=True, allow_null=True, default=None)
    office: serializers.SlugRelatedField = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    follows = serializers.BooleanField(read_only=True)
    renewed = serializers.SerializerMethodField()
    entered_at = moment()
    withdrawn_at = moment()

    class Meta:
        model = Term
        fields = (
            "id", "organization", "contract", "contract_number", "equipment", "component", "kind", "scope", "starts_on", "ends_on",
            "source", "paper", "price", "origin", "follows", "renews", "renewed", "office", "entered_at", "withdrawn_at",
            "withdrawn_because", "external_id",
        )  # fmt: skip
        read_only_fields = fields

    def get_renewed(self, term: Term) -> bool:
        """Whether another term goes on after it."""
        return hasattr(term, "renewed_by")


class TermChangeInput(Input):
    """What a term says; what it is of, and of which kind it is, stays."""

    starts_on = Day()
    ends_on = Day()
    scope = Word(Term.Scope.choices)
    source = Text.maybe(max_length=200)  # type: ignore[assignment]
    paper = Text.maybe(max_length=60)
    price = _money(required=False, allow_null=True, default=None)
    external_id = Text.maybe(max_length=120, help_text=OWN_ID)


class TermInput(Input):
    """A term to enter: of a contract or an equipment; what is left out is as usual for its kind."""

    contract = Known(among=customers.contracts_for, queryset=Contract.objects.none(), required=False, allow_null=True, default=None)
    equipment = Known(among=customers.equipment_for, queryset=Equipment.objects.none(), required=False, allow_null=True, default=None)
    kind = Word(Term.Kind.choices)
    scope = Word(Term.Scope.choices, required=False, default="")
    starts_on = Day()
    ends_on = Day(required=False, allow_null=True, default=None)
    component = Text.maybe(max_length=80)
    source = Text.maybe(max_length=200)  # type: ignore[assignment]
    paper = Text.maybe(max_length=60)
    price = _money(required=False, allow_null=True, default=None)
    external_id = Text.maybe(max_length=120, help_text=OWN_ID)


class ReasonInput(Input):
    """Why."""

    reason = Text(max_length=200)


class RulingOutput(serializers.Serializer):
    """What a kind of work costs on the day, and why."""

    work = serializers.ChoiceField(engine.WORKS)
    verdict = serializers.ChoiceField((engine.FREE, engine.AT_MAKER, engine.CHARGED), help_text="Free; free, at the maker; or charged.")
    rule = serializers.CharField(help_text="The kind of term it follows, or `as_contract`, `ended`, `no_term`.")
    until = serializers.DateField(allow_null=True)
    term = serializers.IntegerField(source="span.term", allow_null=True, default=None)
    contract = serializers.CharField(source="span.contract", default="")
    clause = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()

    def get_clause(self, ruling: engine.Ruling) -> str:
        """Answer the clause it follows."""
        return words.rule_of(ruling)

    def get_sentence(self, ruling: engine.Ruling) -> str:
        """Say it to a person."""
        return words.why(ruling)


class ExplainedOutput(serializers.Serializer):
    """What an equipment is entitled to on a day."""

    equipment = serializers.IntegerField()
    day = serializers.DateField()
    contract = serializers.CharField(allow_null=True)
    works = RulingOutput(many=True)


class AskedInput(Input):
    """The day and the component an entitlement is asked for."""

    day = serializers.DateField(required=False, allow_null=True, default=None)
    component = Text.maybe(max_length=80)


class RenewalLineOutput(Output):
    """A line of an offer."""

    class Meta:
        model = QuotationLine
        fields = ("text", "amount")
        read_only_fields = fields


class RenewalOutput(Output):
    """A request for a quotation."""

    number = serializers.CharField(read_only=True)
    lines = RenewalLineOutput(many=True, read_only=True)
    document_number = serializers.CharField(source="document.full_number", read_only=True, allow_null=True, default=None)
    asked_at = moment()
    quoted_at = moment()
    answered_at = moment()

    class Meta:
        model = QuotationRequest
        fields = (
            "id", "number", "term", "organization", "status", "is_automatic", "asked_at", "wish", "kind", "scope", "starts_on", "ends_on",
            "amount", "lines", "valid_until", "quoted_at", "document_number", "answered_at", "answered_name", "how", "reason", "renewal",
        )  # fmt: skip
        read_only_fields = fields


class RenewalInput(Input):
    """What is asked for."""

    term = Known(among=customers.terms_for, queryset=Term.objects.none())
    wish = Text.maybe(max_length=500)


class LineInput(Input):
    """A line of an offer."""

    text = Text(max_length=200)
    amount = _money()


class OfferInput(Input):
    """What is offered; the amount is the sum of the lines."""

    kind = Word(Term.Kind.choices)
    scope = Word(Term.Scope.choices)
    starts_on = Day()
    ends_on = Day()
    lines = LineInput(many=True)
    valid_until = Day()


class AcceptInput(Input):
    """Who said it on the phone; customers answer by themselves and leave it out."""

    name = Text.maybe(max_length=80)


class DeclineInput(AcceptInput):
    """Who said it, and why."""

    reason = Text(max_length=500)


class RemedyOutput(Output):
    """Repair, exchange or compensation on a ticket."""

    number = serializers.CharField(read_only=True)
    ticket: serializers.SlugRelatedField = serializers.SlugRelatedField("number", read_only=True)
    proposed_at = moment()
    approved_at = moment()
    agreed_at = moment()
    done_at = moment()

    class Meta:
        model = Remedy
        fields = (
            "id", "number", "ticket", "kind", "equipment", "what", "day", "basis", "rule", "term", "until", "price", "charged", "paid",
            "why", "status", "movement", "repair", "proposed_at", "approved_at", "agreed_at", "agreed_name", "done_at", "refused_because",
        )  # fmt: skip
        read_only_fields = fields


class LinksInput(Input):
    """By which movement of the stock, or repair at the maker."""

    movement = Known(among=parts.movements_for, queryset=StockMovement.objects.none(), required=False, allow_null=True, default=None)
    repair = Known(among=parts.repairs_for, queryset=Repair.objects.none(), required=False, allow_null=True, default=None)


class TicketByNumber(serializers.SlugRelatedField[Any]):
    """A ticket the caller may see, by its number."""

    def __init__(self, **given: Any) -> None:
        super().__init__("number", queryset=Ticket.objects.none(), **given)

    def get_queryset(self) -> Any:
        """Answer the tickets the caller may see."""
        request = self.context.get("request")
        if request is None or not request.user.is_authenticated:
            return Ticket.objects.none()
        return tickets.tickets_for(request.user).select_related(
            "equipment__site", "site__region__office", "organization", "reporter", "office"
        )


class RemedyInput(LinksInput):
    """What is to be done; `is_free` with `why` is a manager's word against the rule."""

    ticket = TicketByNumber()
    kind = Word(Remedy.Kind.choices)
    what = Text(max_length=200)
    component = Text.maybe(max_length=80)
    price = _money()
    is_free = serializers.BooleanField(required=False, allow_null=True, default=None)
    why = Text.maybe(max_length=300)


class NothingInput(Input):
    """Nothing."""
