"""How visits look to other programs, and what may be sent; only checked here, done by the services."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Skill, User
from core.api_fields import Input, Known, Output, Text, moment
from documents.models import Document
from tickets import selectors as tickets
from tickets.models import Ticket
from visits import selectors
from visits.models import Failure, Result, Visit, VisitEvent, VisitPhoto
from visits.services import Place, Sent

MOST_SEQ = 2**31 - 1


def _staff(_caller: User) -> Any:
    return User.objects.filter(is_active=True)


def _moment(help_text: str = "") -> serializers.DateTimeField:
    return serializers.DateTimeField(required=False, allow_null=True, default=None, default_timezone=UTC, help_text=help_text)


class ArrangeInput(Input):
    """When it is made and by whom; both may stay open."""

    lead = Known(among=_staff, queryset=User.objects.none(), required=False, allow_null=True, default=None, help_text="The engineer's id.")
    helpers = serializers.ListField(
        child=Known(among=_staff, queryset=User.objects.none()), required=False, max_length=20, help_text="Others who come along."
    )
    starts_at = _moment()
    ends_at = _moment()


class PlanInput(ArrangeInput):
    """A visit for a ticket."""

    ticket = Known(among=tickets.tickets_for, queryset=Ticket.objects.none(), help_text="The ticket's id.")
    reason = Text(help_text="Why phone and remote support do not do.")
    skill = Known(among=lambda _caller: Skill.objects.all(), queryset=Skill.objects.none(), required=False, allow_null=True, default=None)


class NewVisitInput(PlanInput):
    """A new visit; under the same `external_id` it is planned once, and sent again given another time or other people."""

    external_id = Text.maybe(max_length=120)


class ScheduleInput(ArrangeInput):
    """Time and people as they are to be from now on."""

    lead = Known(among=_staff, queryset=User.objects.none(), allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True, default_timezone=UTC)
    ends_at = serializers.DateTimeField(allow_null=True, default_timezone=UTC)
    reason = Text.maybe(help_text="Why it changes.")


class StepInput(Input):
    """A step; with a ``key`` it is made once, however often it is sent."""

    key = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Made by the sender for this sending.")
    on_device_at = _moment("When it was pressed, by the phone's own time; the clocks go by the server's.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put the two together as the services take them."""
        sent = Sent(key=attrs.pop("key"), pressed_at=attrs.pop("on_device_at"))
        return {**attrs, "sent": sent}


class CheckInInput(StepInput):
    """Where the phone says it is; it may stay open."""

    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)
    accuracy = serializers.FloatField(required=False, min_value=0, max_value=10_000_000, help_text="In metres.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make a place of it; half a place is none."""
        latitude, longitude, accuracy = (attrs.pop(name, None) for name in ("latitude", "longitude", "accuracy"))
        place = Place(latitude, longitude, accuracy) if latitude is not None and longitude is not None else None
        return {**super().validate(attrs), "place": place}


class NoteInput(StepInput):
    """What was done."""

    text = Text()


class PhotoInput(StepInput):
    """One picture."""

    file = serializers.FileField()
    caption = Text.maybe(max_length=120)


class CheckOutInput(StepInput):
    """What was done, what was used, what it came to."""

    work = Text.maybe(help_text="Left out: the notes taken on site.")
    result = serializers.ChoiceField(choices=Result.choices)
    parts = Text.maybe(max_length=4000)


class FailInput(StepInput):
    """Why nothing could be done."""

    failure = serializers.ChoiceField(choices=Failure.choices)
    text = Text.maybe()


class CancelInput(Input):
    """Why nobody comes."""

    reason = Text()


class ProposeInput(StepInput):
    """What is to be done, what may go wrong, how long it takes."""

    text = Text()
    risk = Text.maybe()
    minutes = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=14 * 24 * 60)


class AnswerInput(StepInput):
    """The customer's word: their own, or read back on the phone to us (``name`` says by whom)."""

    proposal = serializers.IntegerField(min_value=1, max_value=MOST_SEQ, help_text="The `seq` of the proposal in the visit's record.")
    name = Text.maybe(max_length=80)
    text = Text.maybe()


class OverrideInput(StepInput):
    """Why work begins without the customer's word."""

    reason = Text()


class PaperInput(Input):
    """Which paper."""

    kind = serializers.ChoiceField(choices=["service_request", "service_confirmation"])


class CorrectInput(Input):
    """What was done, as it is right, and why it is corrected."""

    work = Text()
    reason = Text(max_length=300, help_text="The customer reads it.")


class AssignVisitInput(Input):
    """Who is to go and when; nobody and no time: it waits again.

    What speaks against it is answered with 409 (`visit_disputed`) and the codes in `errors`; what is to be done all the same is
    `agreed` to, and stands in the record.
    """

    lead = Known(among=_staff, queryset=User.objects.none(), allow_null=True, help_text="The engineer's id.")
    starts_at = serializers.DateTimeField(allow_null=True, default_timezone=UTC)
    ends_at = serializers.DateTimeField(allow_null=True, default_timezone=UTC)
    reason = Text.maybe(max_length=300)
    agreed = serializers.ListField(child=serializers.CharField(max_length=20), required=False, max_length=20)


class PhotoOutput(Output[VisitPhoto]):
    """A picture taken on site."""

    class Meta:
        model = VisitPhoto
        fields = ("id", "caption", "content_type", "size", "sha256", "taken_at", "taken_by")
        read_only_fields = fields


class VisitEventOutput(Output[VisitEvent]):
    """A line of a visit's record, chained to the one before by its hash."""

    actor_name = serializers.StringRelatedField[Any](source="actor", allow_null=True)
    facts = serializers.DictField()

    class Meta:
        model = VisitEvent
        fields = ("seq", "type", "at", "actor", "actor_name", "text", "facts", "hash")
        read_only_fields = fields


class VisitOutput(Output[Visit]):
    """A visit."""

    number = serializers.CharField(read_only=True)
    ticket_number = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    organization_name = serializers.StringRelatedField[Any](source="organization")
    site_name = serializers.StringRelatedField[Any](source="site")
    lead_name = serializers.StringRelatedField[Any](source="lead", allow_null=True)
    helpers = serializers.PrimaryKeyRelatedField[User](many=True, read_only=True)
    result = serializers.CharField(read_only=True, help_text="solved, provisional, unfinished; empty until then, and of an inspection.")
    failure = serializers.CharField(read_only=True, help_text="Why nothing could be done; empty where something was.")

    class Meta:
        model = Visit
        fields: tuple[str, ...] = (
            "id", "number", "ticket", "ticket_number", "purpose", "status", "subject", "reason", "organization", "organization_name",
            "site", "site_name", "office", "skill", "lead", "lead_name", "helpers", "starts_at", "ends_at", "departed_at", "arrived_at",
            "left_at", "work", "parts", "result", "failure", "ended_because", "created_at", "updated_at", "external_id",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class VisitPaperOutput(Output[Document]):
    """A paper of a visit: read, signed and fetched below `/documents/`; `hash` is of what it says."""

    number = serializers.CharField(source="full_number", read_only=True)
    hash = serializers.CharField(source="content_hash", read_only=True)
    issued_at = moment()

    class Meta:
        model = Document
        fields = ("id", "kind", "number", "version", "status", "hash", "issued_at")
        read_only_fields = fields


class VisitDetail(VisitOutput):
    """A visit with its record, its pictures and its papers."""

    events = VisitEventOutput(many=True, read_only=True)
    photos = PhotoOutput(many=True, read_only=True)
    papers = serializers.SerializerMethodField()

    class Meta(VisitOutput.Meta):
        fields = (*VisitOutput.Meta.fields, "events", "photos", "papers")
        read_only_fields = fields

    @extend_schema_field(VisitPaperOutput(many=True))
    def get_papers(self, visit: Visit) -> list[dict[str, Any]]:
        """Answer the newest version of each paper, the newest first."""
        return list(VisitPaperOutput(selectors.papers_of([visit]), many=True).data)
