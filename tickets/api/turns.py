"""How it reads who had the ball."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from sla.engine.turns import PARTIES
from tickets.api.why import Moment


class TurnOutput(serializers.Serializer[Any]):
    """A stretch in which one party had the ball."""

    start_at = Moment()
    end_at = Moment()
    party = serializers.ChoiceField(choices=PARTIES)
    who = serializers.CharField(allow_blank=True, help_text="The person or team of ours; empty for nobody yet, and for customers always.")
    seconds = serializers.IntegerField()


class TurnsOutput(serializers.Serializer[Any]):
    """Every second from the report to the close, or to now: one party's each; the totals add up to the whole."""

    turns = TurnOutput(many=True)
    totals = serializers.DictField(child=serializers.IntegerField(), help_text="Seconds of each party.")
    seconds = serializers.IntegerField(help_text="The whole.")
