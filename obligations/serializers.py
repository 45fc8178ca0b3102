"""How obligations look to other programs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api_fields import Input, Output, moment
from core.time import now
from obligations.models import Obligation


class ObligationOutput(Output[Obligation]):
    """What is owed; `late` tells whether it is, or was, past its time.

    Of the times it is owed (`wanted`), `got` were done and `spared` are not done, for the `reason` that stands there.
    """

    organization_name = serializers.CharField(source="organization.name", read_only=True)
    contract = serializers.CharField(source="contract.number", read_only=True, allow_null=True, default=None)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    opens_at = moment()
    due_at = moment()
    ended_at = moment()
    late_at = moment()
    late = serializers.SerializerMethodField()

    class Meta:
        model = Obligation
        fields = (
            "id", "key", "kind", "code", "title", "title_en", "clause", "organization", "organization_name", "contract", "site",
            "equipment", "office", "period", "opens_at", "due_at", "wanted", "got", "spared", "status", "late", "late_at", "ended_at",
            "proof", "link", "reason",
        )  # fmt: skip
        read_only_fields = fields

    def get_late(self, row: Obligation) -> bool:
        """Answer whether it is or was late."""
        return row.is_late(now())


class WaiveInput(Input):
    """Why it is not owed."""

    reason = serializers.CharField(max_length=300, help_text="The customer reads it.")


class MeetInput(Input):
    """What shows that it was done outside of the desk."""

    proof = serializers.CharField(max_length=200)
