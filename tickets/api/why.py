"""How the explanation of a clock reads."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from rest_framework import serializers

from tickets.api.output import ClockOutput


class Moment(serializers.DateTimeField):
    """An instant in UTC; null where there is none."""

    def __init__(self, **given: Any) -> None:
        super().__init__(default_timezone=UTC, **given)


class StepOutput(serializers.Serializer[Any]):
    """Something that moved the clock, or could have."""

    kind = serializers.CharField(
        help_text="promised, dropped, changed, unchanged (other terms), started, stopped, rearmed, voided, withdrawn, ahead or pending."
    )
    at = Moment(allow_null=True)
    event = serializers.CharField(help_text="The type of the line of the record that did it; empty for none.")
    seq = serializers.IntegerField(allow_null=True, help_text="The place of that line in the record.")
    by = serializers.CharField(help_text="Who did it; empty for the system.")
    target_before = serializers.CharField()
    target_after = serializers.CharField()
    due_before = Moment(allow_null=True)
    due_after = Moment(allow_null=True)
    text = serializers.CharField()


class DaysOutput(serializers.Serializer[Any]):
    """Dates that are closed, or worked otherwise than the week has them."""

    kind = serializers.CharField(help_text="weekly, holiday, closed, makeup or special.")
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    count = serializers.IntegerField()


class StretchOutput(serializers.Serializer[Any]):
    """A piece of the time line. Open seconds that are not ahead add up to the time used, all of them to the target."""

    kind = serializers.CharField(help_text="open, break, night, days (closed), paused, stopped or late.")
    start_at = Moment()
    end_at = Moment()
    seconds = serializers.IntegerField(help_text="Open seconds: counted, left out by a pause, or late.")
    openings = serializers.IntegerField(help_text="How many open spans are told as this one, where the list is long.")
    is_ahead = serializers.BooleanField(help_text="Whether it is yet to come.")
    days = DaysOutput(many=True)
    text = serializers.CharField()


class PauseOutput(serializers.Serializer[Any]):
    """A pause and what it did to this clock."""

    start_at = Moment()
    end_at = Moment(allow_null=True)
    owner = serializers.CharField()
    cause = serializers.CharField()
    by = serializers.CharField()
    seconds = serializers.IntegerField(help_text="Open seconds that were left out for it.")
    counts = serializers.BooleanField()
    ignored = serializers.CharField(
        help_text="Why it changes nothing: first_response, not_pausable, not_theirs, after_due or not_running; empty when it counts."
    )
    text = serializers.CharField()


class DeliveryOutput(serializers.Serializer[Any]):
    """How far one message got."""

    channel = serializers.CharField()
    state = serializers.CharField()
    sent_at = Moment(allow_null=True)
    read_at = Moment(allow_null=True)


class ToldOutput(serializers.Serializer[Any]):
    """A person who was told."""

    name = serializers.CharField()
    deliveries = DeliveryOutput(many=True)


class DeedOutput(serializers.Serializer[Any]):
    """Something a level did, or found nothing to do for."""

    do = serializers.CharField(help_text="reassign, raise_severity, form_team, vendor, or contact (the customer told).")
    done = serializers.BooleanField(help_text="False where there was nothing to do.")
    text = serializers.CharField(help_text="In the language asked for.")
    deliveries = DeliveryOutput(many=True, help_text="Of the message to the customer.")


class FiringOutput(serializers.Serializer[Any]):
    """A time at which a level was reached."""

    id = serializers.IntegerField()
    planned_at = Moment()
    fired_at = Moment()
    outcome = serializers.CharField(help_text="fired, or skipped where a higher level was reached at once.")
    unanswered = serializers.CharField(help_text="The level before it that nobody acknowledged; empty where its own time had come.")
    told = ToldOutput(many=True)
    done = DeedOutput(many=True)
    answer_by = Moment(allow_null=True, help_text="Until when it waits to be acknowledged before the next level is reached.")
    acknowledged_at = Moment(allow_null=True)
    acknowledged_by = serializers.CharField()
    text = serializers.CharField()


class LevelOutput(serializers.Serializer[Any]):
    """A level of the ladder."""

    code = serializers.CharField()
    when = serializers.CharField(help_text="In the language asked for.")
    tell = serializers.CharField(help_text="In the language asked for.")
    more = serializers.ListField(child=serializers.CharField(), help_text="What it does, and how long it waits to be acknowledged.")
    at = Moment(allow_null=True, help_text="When it comes, or came, as things stand.")
    outlook = serializers.CharField(help_text="ahead, still (paused), ended or elsewhere (on the stricter promise); empty once it fired.")
    firings = FiringOutput(many=True)
    text = serializers.CharField()


class LadderOutput(serializers.Serializer[Any]):
    """The levels of one clock."""

    clock = ClockOutput()
    levels = LevelOutput(many=True)


class VersionOutput(serializers.Serializer[Any]):
    """The version of the plan that promises it."""

    code = serializers.CharField(source="plan.code")
    name = serializers.CharField(source="plan")
    number = serializers.IntegerField()
    valid_from = Moment()


class HoursOutput(serializers.Serializer[Any]):
    """The version of the calendar it counts in."""

    code = serializers.CharField()
    name = serializers.CharField()
    number = serializers.IntegerField()
    always = serializers.BooleanField(help_text="Whether every hour counts.")


class WhyOutput(serializers.Serializer[Any]):
    """Why a clock stands as it does: the steps of its calculation, and the same in sentences of the language asked for."""

    clock = ClockOutput()
    plan = VersionOutput(source="version")
    calendar = HoursOutput(source="hours")
    quote = serializers.CharField(help_text="The wording of the clause.")
    steps = StepOutput(many=True)
    pauses = PauseOutput(many=True)
    stretches = StretchOutput(many=True)
    levels = LevelOutput(many=True, allow_null=True, help_text="Null for customers: who is told inside is not theirs to know.")
    sentences = serializers.ListField(child=serializers.CharField())
