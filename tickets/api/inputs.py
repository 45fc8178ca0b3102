"""What may be sent; only checked here, done by the services."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import PROVIDER_ROLES, Office, Team, User
from core.api_fields import Input, Known, Text, Word
from customers import selectors as customers
from customers.models import Equipment, Site
from tickets.models import Channel, Kind, Tier, WaitOwner
from tickets.services import Origin

if TYPE_CHECKING:
    from django.db.models import QuerySet

LARGEST_SEQ = 2_147_483_647
SAID_AS = ("text", "note", "message", "comment", "body", "remark")


def said(field: str, *more: str) -> dict[str, str]:
    """Answer the names under which programs send the words of a move, for the field that keeps them."""
    return {name: field for name in (*SAID_AS, *more) if name != field}


AUTHOR = "Who wrote it in the system that sends it; the record names them beside the account."
OWN_ID = "Your own id for it: sent again under the same one on this ticket, it is answered as it stands and nothing is added."


def _from_elsewhere(attrs: dict[str, Any]) -> dict[str, Any]:
    """Answer what was sent, with its author and id as one thing."""
    origin = Origin(attrs.pop("author", ""), attrs.pop("external_id", ""))
    return {**attrs, "origin": origin}


class ContactInput(Input):
    """Whom to talk to: an object, or a bare name."""

    name = Text.maybe(max_length=80)
    phone = Text.maybe(max_length=40)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)

    def to_internal_value(self, data: Any) -> Any:
        """Take a bare name as well."""
        return super().to_internal_value({"name": data} if isinstance(data, str) else data)


def _equipment(user: User) -> QuerySet[Equipment]:
    """Only what is served; the rest is as if it were not there."""
    seen = customers.equipment_for(user).filter(is_active=True, site__organization__is_active=True)
    return seen.select_related("site__organization", "site__region__office")


def _sites(user: User) -> QuerySet[Site]:
    return customers.sites_for(user).filter(organization__is_active=True).select_related("organization", "region__office")


def _colleagues(user: User) -> QuerySet[User]:
    """Our own people, and for nobody else."""
    return User.objects.filter(role__in=PROVIDER_ROLES, is_active=True) if user.is_provider else User.objects.none()


class ReportInput(Input):
    """A report: say at least severity, subject, and the equipment or the site."""

    kind = Word(Kind.values, default=Kind.FAULT)
    severity = serializers.IntegerField(min_value=1, max_value=4, help_text="1 is the worst; the plan of the contract names them.")
    subject = Text(max_length=200)
    description = Text.maybe()
    equipment = Known(queryset=Equipment.objects.none(), among=_equipment, required=False, allow_null=True)
    site = Known(queryset=Site.objects.none(), among=_sites, required=False, allow_null=True, help_text="Not needed beside the equipment.")
    contact = ContactInput(required=False, allow_null=True)
    channel = Word(Channel.values, default=Channel.API)
    external_id = Text.maybe(
        max_length=120,
        help_text="Your own id: the same report again answers the ticket it made, another report with it is refused (409). "
        "Each API client has ids of its own; those of persons' tokens are their organization's.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find the site of the equipment; one of both must be named."""
        equipment, site = attrs.get("equipment"), attrs.get("site")
        if site is None and equipment is None:
            raise serializers.ValidationError(
                {"equipment": [serializers.ErrorDetail(str(_("Name the equipment or the site.")), "required")]}
            )
        if equipment is not None and site is not None and equipment.site_id != site.pk:
            raise serializers.ValidationError(
                {"site": [serializers.ErrorDetail(str(_("This equipment does not stand at that site.")), "not_at_site")]}
            )
        contact = attrs.pop("contact", None) or {}
        names = {f"contact_{key}": contact.get(key, "") for key in ("name", "phone", "email")}
        return {**attrs, "site": site or cast("Equipment", equipment).site, **names}


class NoInput(Input):
    """Nothing to say."""


class ReasonInput(Input):
    """Why."""

    also = said("reason")

    reason = Text()


class MaybeReasonInput(Input):
    """Why, if there is something to say."""

    also = said("reason")

    reason = Text.maybe()


class WordsInput(Input):
    """A remark, if there is one."""

    also = said("text", "reason")

    text = Text.maybe()


class ConsentInput(Input):
    """Who lets us in, for what and until when; a customer speaks for themselves."""

    also = said("text")

    text = Text.maybe(help_text="Who agreed, and how; needed from us without a name.")
    name = Text.maybe(max_length=80, help_text="Who said it to us on the phone.")
    purpose = Text.maybe(help_text="For what; else what the ticket is about.")
    until = serializers.DateTimeField(
        required=False, allow_null=True, default=None, default_timezone=UTC, help_text="How long it holds; else a day."
    )


class EndRemoteInput(Input):
    """What was done in the session."""

    also = said("text")

    text = Text()


class ContactMoveInput(Input):
    """What the customer was told, in a message or on the phone."""

    also = said("text")

    text = Text()
    via = Word(["message", "call"], also={"phone": "call"}, default="message")


class CommentInput(Input):
    """Words for the record: public ones reach the other side, internal ones stay among us."""

    also = said("text")

    text = Text()
    internal = serializers.BooleanField(default=False)
    author = Text.maybe(max_length=80, help_text=AUTHOR)
    external_id = Text.maybe(max_length=120, help_text=OWN_ID)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take together where the words come from."""
        return _from_elsewhere(attrs)


class DiagnoseInput(Input):
    """The diagnosis report: the cause that was found, what is to be done, and what may go wrong."""

    cause = Text()
    plan = Text()
    risk = Text.maybe()


class TeamInput(Input):
    """Who is in the emergency team."""

    also = said("members")

    members = Text()


class DepartmentInput(Input):
    """Which department is asked, and what."""

    also = said("text")

    department = Text(max_length=80)
    text = Text.maybe()


class OpinionInput(Input):
    """What a department intends."""

    also = said("text")

    department = Text(max_length=80)
    text = Text()


class StopgapInput(Input):
    """What keeps the customer working for the time being."""

    also = said("measure")

    measure = Text()


class RaiseInput(Input):
    """The tier it is handed to, what was tried and what is asked; `person` is the id of the expert, if one is meant."""

    also = said("text")

    tier = Word([Tier.EXPERT, Tier.VENDOR])
    text = Text()
    person = Known(queryset=User.objects.none(), among=_colleagues, required=False, allow_null=True, default=None)


class TakeOverInput(Input):
    """Under which number the vendor took it up; an expert needs none."""

    also = said("text")

    reference = Text.maybe(max_length=80)
    text = Text.maybe()


class HoldInput(Input):
    """What we wait for, in whose hands it is, and what shows it: a cause of the service plan by its code, or words and an owner."""

    also = {"reason": "cause", "evidence": "note"}

    code = Text.maybe(max_length=40, help_text="A cause of the service plan; it says in whose hands it is.")
    cause = Text.maybe(help_text="What we wait for; needed without a code.")
    owner = Word(
        WaitOwner.values,
        required=False,
        help_text="Whose turn it is, without a code; the customer's unless said otherwise. A promise stops only for those it names.",
    )
    note = Text.maybe(source="evidence", help_text="What shows it; the customer reads it and may object.")
    expected_at = serializers.DateTimeField(
        required=False, allow_null=True, default_timezone=UTC, help_text="When it is expected, for a cause that ends by itself."
    )
    file = serializers.FileField(required=False, help_text="What shows it; sent as multipart/form-data.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Without a code it has to be said in words; the customer is meant unless said otherwise."""
        if not attrs.get("code"):
            if not attrs.get("cause"):
                raise serializers.ValidationError({"cause": [serializers.ErrorDetail(str(_("This field is required.")), "required")]})
            attrs.setdefault("owner", WaitOwner.CUSTOMER)
        file = attrs.pop("file", None)
        return {**attrs, "files": [file] if file else []}


class ArrivalInput(Input):
    """When it is expected now, and why at another time."""

    also = said("reason")

    expected_at = serializers.DateTimeField(default_timezone=UTC)
    reason = Text()


class ObjectionInput(Input):
    """Why, and to which pause."""

    also = said("reason")

    reason = Text()
    pause = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_SEQ,
        help_text="The `seq` of its line in the record; else the newest.",
    )


class UpholdInput(ObjectionInput):
    """Why the pause is withdrawn, and which part of it if not all."""

    since = serializers.DateTimeField(required=False, allow_null=True, default_timezone=UTC, help_text="Where the part begins.")
    to = serializers.DateTimeField(required=False, allow_null=True, default_timezone=UTC, help_text="Where the part ends.")


class ResolveInput(Input):
    """Cause, solution, prevention."""

    cause = Text()
    solution = Text()
    prevention = Text.maybe()


class SeverityInput(Input):
    """The new severity and why."""

    also = said("reason")

    severity = serializers.IntegerField(min_value=1, max_value=4)
    reason = Text()


class AssignInput(Input):
    """To whom it goes: at least one of the three. An engineer takes a ticket or hands over their own; dispatchers choose freely."""

    assignee = Known(queryset=User.objects.none(), among=_colleagues, required=False, allow_null=True, help_text="The person's id.")
    team = serializers.SlugRelatedField("code", queryset=Team.objects.all(), required=False, allow_null=True, help_text="The team's code.")
    office = serializers.SlugRelatedField(
        "code", queryset=Office.objects.all(), required=False, allow_null=True, help_text="The office's code."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Somebody must be named."""
        if not any(attrs.values()):
            raise serializers.ValidationError(
                {"assignee": [serializers.ErrorDetail(str(_("Name a person, a team or an office.")), "required")]}
            )
        return attrs


class RegisterInput(Input):
    """How we classify the report."""

    also = said("text", "reason")

    kind = Word(Kind.values, required=False)
    severity = serializers.IntegerField(min_value=1, max_value=4, required=False)
    text = Text.maybe()


class FollowUpInput(Input):
    """What the customer answered when asked whether it came back."""

    also = said("text")

    outcome = serializers.ChoiceField(choices=["fine", "came_back", "no_answer"])
    text = Text.maybe()


class AttachInput(Input):
    """One file."""

    also = {"attachment": "file"}

    file = serializers.FileField()
    internal = serializers.BooleanField(default=False)
    author = Text.maybe(max_length=80, help_text=AUTHOR)
    external_id = Text.maybe(max_length=120, help_text=OWN_ID)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take together where the file comes from."""
        return _from_elsewhere(attrs)
