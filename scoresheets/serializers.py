"""How scores look to other programs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api_fields import Output, moment
from scoresheets.models import Dispute, Line, Score


def _points() -> serializers.FloatField:
    return serializers.FloatField(read_only=True, allow_null=True)


class DisputeOutput(Output[Dispute]):
    """That somebody held the line to be wrong; `after` is null until it is answered."""

    side = serializers.CharField(read_only=True, help_text="customer or provider")
    before, after = _points(), _points()
    raised_at, answered_at = moment(), moment()

    class Meta:
        model = Dispute
        fields = ("id", "side", "reason", "raised_at", "before", "after", "answer", "answered_at")
        read_only_fields = fields


class EvidenceOutput(serializers.Serializer[Any]):
    """One case behind a line."""

    what = serializers.DictField(source="label", child=serializers.CharField(), help_text="What it was, by language.")
    link = serializers.CharField()
    at = serializers.CharField(help_text="When, as the desk's clocks show it.")
    times = serializers.IntegerField()


class LineOutput(Output[Line]):
    """A line with its evidence: `own` is what its cases cost, `counted` what of it counts within its group."""

    each, most, own, counted = _points(), _points(), _points(), _points()
    evidence = EvidenceOutput(many=True, read_only=True)
    disputes = DisputeOutput(many=True, read_only=True)

    class Meta:
        model = Line
        fields = ("place", "code", "name", "name_en", "clause", "group", "each", "most", "cases", "own", "counted", "evidence", "disputes")
        read_only_fields = fields


class ScoreOutput(Output[Score]):
    """What a sheet came to for a contract and a period."""

    number = serializers.CharField(read_only=True)
    contract = serializers.CharField(source="contract.number", read_only=True)
    sheet = serializers.CharField(source="sheet.code", read_only=True)
    total, score = _points(), _points()
    state = serializers.CharField(read_only=True, help_text="open, issued, signed, refused")
    made_at, signed_at = moment(), moment()

    class Meta:
        model = Score
        fields: tuple[str, ...] = (
            "id", "number", "contract", "organization", "sheet", "period", "first", "total", "score", "state", "made_at", "signed_name",
            "signed_at", "document",
        )  # fmt: skip
        read_only_fields = fields


class WholeScoreOutput(ScoreOutput):
    """The same with its lines."""

    lines = LineOutput(many=True, read_only=True)

    class Meta(ScoreOutput.Meta):
        fields = (*ScoreOutput.Meta.fields, "lines")
