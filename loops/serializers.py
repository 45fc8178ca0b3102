"""Loops as programs read them, and what they send to take a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from accounts.models import PROVIDER_ROLES, Team, User
from core.api_fields import Input, Known, Output, Text, Word
from customers import selectors as customers
from customers.models import Equipment, Site
from loops.models import How, Loop, Measure, Opinion, Round, Source
from tickets import selectors as tickets
from tickets.models import Channel, Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet

HEARD = (How.CALL.value, How.MESSAGE.value, How.VISIT.value)
HEARD_FROM = "How it was heard; a customer's own word needs none."


def _staff(caller: User) -> QuerySet[User]:
    return User.objects.filter(role__in=PROVIDER_ROLES, is_active=True)


def _departments(caller: User) -> QuerySet[Team]:
    return Team.objects.all() if caller.is_provider else Team.objects.none()


class OpinionOutput(Output[Opinion]):
    """A department's opinion with its clock; for our own people."""

    department = serializers.CharField(source="department.name")
    department_id = serializers.IntegerField()

    class Meta:
        model = Opinion
        fields = ("id", "department_id", "department", "asking", "question", "asked_at", "due_at", "answered_at", "text", "late_at")


class RoundOutput(Output[Round]):
    """One time round. What stays in the house is empty for customers: opinions, why it came back, treatment."""

    opinions = OpinionOutput(many=True)

    class Meta:
        model = Round
        fields = (
            "number", "opened_at", "why_again", "plan", "told_at", "told_how", "disagreed", "objection", "agreed_at", "agreed_name",
            "agreed_how", "carried_out_at", "cause", "result", "measure_kind", "measure", "treatment", "close_requested_at", "verdict",
            "verified_at", "verified_how", "verdict_name", "verdict_words", "opinions",
        )  # fmt: skip

    def to_representation(self, instance: Round) -> dict[str, Any]:
        """Leave out what is not for a customer to read."""
        shown = super().to_representation(instance)
        request = self.context.get("request")
        if request is None or not getattr(request.user, "is_provider", False):
            shown |= {"opinions": [], "why_again": "", "treatment": ""}
            if instance.close_requested_at is None:
                shown |= {"cause": "", "result": "", "measure_kind": "", "measure": "", "carried_out_at": None}
        return shown


class LoopOutput(Output[Loop]):
    """A complaint or feedback: how far round it is."""

    number = serializers.CharField(source="ticket.number")
    ticket = serializers.IntegerField(source="ticket_id")
    subject = serializers.CharField(source="ticket.subject")
    severity = serializers.IntegerField(source="ticket.severity")
    organization = serializers.IntegerField(source="ticket.organization_id")
    is_closed = serializers.BooleanField()
    is_priority = serializers.BooleanField()

    class Meta:
        model = Loop
        fields = (
            "number", "ticket", "source", "stage", "subject", "level", "severity", "organization", "rounds", "is_priority", "is_anonymous",
            "is_closed", "satisfied_at", "created_at", "updated_at",
        )  # fmt: skip


class LoopWhole(LoopOutput):
    """The same with all its rounds."""

    all_rounds = RoundOutput(many=True)

    class Meta:
        model = Loop
        fields = (*LoopOutput.Meta.fields, "all_rounds")


class SaidInput(Input):
    """What a customer said; the same ``key`` again answers the first one."""

    key = Text(max_length=100, help_text="Made by the sender: sent twice, it is one complaint.")
    source = Word(  # type: ignore[assignment]
        Source.choices, default=Source.COMPLAINT.value, help_text="Customers complain; ours may bring in the rest."
    )
    site = Known(among=customers.sites_for, queryset=Site.objects.none())
    equipment = Known(among=customers.equipment_for, queryset=Equipment.objects.none(), required=False, allow_null=True, default=None)
    level = serializers.IntegerField(min_value=1, max_value=4, default=3, help_text="From 1 (worst) to 4.")
    subject = Text(max_length=200)
    words = Text(help_text="What happened.")
    channel = Word(Channel.choices, default=Channel.API.value)
    contact_name = Text.maybe(max_length=80)
    contact_phone = Text.maybe(max_length=40)
    contact_email = serializers.EmailField(required=False, allow_blank=True, default="")
    about = Known(among=tickets.tickets_for, queryset=Ticket.objects.none(), required=False, allow_null=True, default=None)
    complained_about = serializers.ListField(
        child=Known(among=_staff, queryset=User.objects.none()), required=False, default=list, max_length=20,
        help_text="Those of ours whom it is about; for our own people.",
    )  # fmt: skip
    is_confidential = serializers.BooleanField(default=False, help_text="Those it is about may not read it.")
    is_anonymous = serializers.BooleanField(default=False, help_text="Who says it is named to nobody.")
    department = Known(
        among=_departments, queryset=Team.objects.none(), required=False, allow_null=True, default=None, help_text="Asked at once."
    )


class AskInput(Input):
    """To which departments the tracking form goes."""

    departments = serializers.ListField(child=Known(among=_departments, queryset=Team.objects.none()), min_length=1, max_length=50)
    question = Text.maybe()


class DepartmentOpinionInput(Input):
    """A department's opinion."""

    department = Known(among=_departments, queryset=Team.objects.none(), help_text="Which department answers.")
    text = Text()


class LookIntoInput(Input):
    """Why the last round did not do."""

    why = Text()


class TellInput(Input):
    """What we intend, in words for the customer."""

    plan = Text()
    how = Word(HEARD, default=How.MESSAGE.value)


class AgreeInput(Input):
    """The customer's word; a program of ours says whose it was."""

    name = Text.maybe(max_length=80)
    how = Word(HEARD, default=How.CALL.value, help_text=HEARD_FROM)
    words = Text.maybe()


class DisagreeInput(AgreeInput):
    """The customer's word, with what is not right."""

    words = Text()


class CarryOutInput(Input):
    """What was done, and what improves it."""

    cause = Text()
    result = Text()
    measure_kind = Word(Measure.choices)
    measure = Text()
    treatment = Text.maybe(help_text="No customer reads it.")


class NothingInput(Input):
    """Nothing to say."""


class WithdrawInput(Input):
    """Why, if they like to say."""

    words = Text.maybe()


class ConcernInput(Input):
    """Whom it is about: the whole list."""

    people = serializers.ListField(child=Known(among=_staff, queryset=User.objects.none()), max_length=20)
    confidential = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Whether they may not read it; left out or null, it stays as it is."
    )
