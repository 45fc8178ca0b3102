"""How calls look to other programs, and what may be sent; only checked here, done by the services."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from rest_framework import serializers

from accounts.models import User
from care.models import Attempt, Call, CallItem, Level, Result, State
from care.services import Conclusion, ItemSaid
from core.api_fields import Input, Known, Output, Text

IN_VAIN = [choice for choice in Result.choices if choice[0] != Result.REACHED]
MOST_ID = 2**63 - 1


class StepInput(Input):
    """A step without facts."""


class AttemptInput(Input):
    """A try that did not lead to a talk."""

    result = serializers.ChoiceField(choices=IN_VAIN)
    words = Text.maybe(max_length=300)
    phone = Text.maybe(max_length=40, help_text="A better number, where this one was wrong.")
    next_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        default_timezone=UTC,
        help_text="When the customer asked to be called (result `later`).",
    )


class ItemInput(Input):
    """What was said about one equipment of an inquiry."""

    item = serializers.IntegerField(min_value=1, max_value=MOST_ID, help_text="The id of the item of the call.")
    state = serializers.ChoiceField(choices=State.choices)
    level = serializers.ChoiceField(choices=Level.choices, required=False, allow_blank=True, default="")
    words = Text.maybe(max_length=2000)


class OutcomeInput(Input):
    """What was said: answers by the code of the script's questions, each equipment of an inquiry, the customer's words."""

    answers = serializers.DictField(child=Text(max_length=4000, allow_blank=True), required=False, default=dict)
    items = serializers.ListField(child=ItemInput(), required=False, max_length=2000, default=list)
    words = Text.maybe(max_length=4000)
    level = serializers.ChoiceField(choices=Level.choices, required=False, default=Level.NORMAL)
    spoke_with = Text.maybe(max_length=80)
    minutes = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=600)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put it together as the services take it."""
        items = [ItemSaid(**item) for item in attrs.pop("items")]
        return {"said": Conclusion(items=items, **attrs)}


class HandOverInput(Input):
    """Who makes the call instead."""

    person = Known(among=lambda _caller: User.objects.filter(is_active=True), queryset=User.objects.none())


class DropInput(Input):
    """Why the customer is not called."""

    reason = Text(max_length=300)


class AttemptOutput(Output[Attempt]):
    """A try."""

    class Meta:
        model = Attempt
        fields = ("number", "at", "by", "result", "phone", "words")
        read_only_fields = fields


class ItemOutput(Output[CallItem]):
    """An equipment of an inquiry; `loop` is the number of the ticket that follows feedback up."""

    equipment_name = serializers.StringRelatedField[Any](source="equipment")
    loop = serializers.CharField(source="loop.ticket.number", read_only=True, allow_null=True, default=None)

    class Meta:
        model = CallItem
        fields = ("id", "equipment", "equipment_name", "state", "level", "words", "asked_at", "loop")
        read_only_fields = fields


class CallOutput(Output[Call]):
    """A call."""

    number = serializers.CharField(read_only=True)
    organization_name = serializers.StringRelatedField[Any](source="organization")
    site_name = serializers.StringRelatedField[Any](source="site", allow_null=True)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    contract = serializers.CharField(source="contract.number", read_only=True, allow_null=True, default=None)
    outcome = serializers.CharField(read_only=True, help_text="fine, came_back, dissatisfied, feedback; empty until it was made.")

    class Meta:
        model = Call
        fields: tuple[str, ...] = (
            "id", "number", "kind", "code", "subject", "status", "organization", "organization_name", "site", "site_name", "ticket",
            "contract", "period", "office", "person", "claimed_by", "contact_name", "contact_phone", "hours_from", "hours_until", "way",
            "planned_on", "due_at", "next_at", "late_at", "tries", "outcome", "came_back", "satisfied", "words", "spoke_with", "minutes",
            "ended_at", "ended_by", "ended_because",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class CallDetail(CallOutput):
    """A call with its script, answers, tries and equipment; `loop` is the number of the ticket that follows it up."""

    greeting = serializers.CharField(source="script.greeting", read_only=True)
    questions = serializers.ListField(source="script.questions", child=serializers.DictField(), read_only=True)
    answers = serializers.DictField(child=serializers.CharField(), read_only=True)
    attempts = AttemptOutput(many=True, read_only=True)
    items = ItemOutput(many=True, read_only=True)
    loop = serializers.CharField(source="loop.ticket.number", read_only=True, allow_null=True, default=None)

    class Meta(CallOutput.Meta):
        fields = (*CallOutput.Meta.fields, "greeting", "questions", "answers", "attempts", "items", "loop")
        read_only_fields = fields

    def to_representation(self, instance: Call) -> dict[str, Any]:
        """Leave out for customers what we noted about our tries."""
        shown = super().to_representation(instance)
        request = self.context.get("request")
        return shown if request is None or request.user.is_provider else {**shown, "attempts": []}
