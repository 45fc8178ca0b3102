"""How the feed of changes reads."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from core.api_fields import Input
from core.pages import LARGEST
from integrations.models import Change
from integrations.resources import ACCESS, RESOURCES

if TYPE_CHECKING:
    from integrations.feed import Told

KINDS = [*RESOURCES, ACCESS]
USUAL, MOST = 100, 500


class FollowInput(Input):
    """From where, and how many."""

    after = serializers.IntegerField(
        required=False, min_value=0, max_value=LARGEST, help_text="The number up to which you have read; left out: the oldest that is kept."
    )
    limit = serializers.IntegerField(required=False, min_value=1, default=USUAL, help_text=f"How many at most; {MOST} are given at once.")

    def validate_limit(self, limit: int) -> int:
        """Give no more than are given at once; the rest follows."""
        return min(limit, MOST)


class ChangeOutput(serializers.Serializer[Change]):
    """That a thing was changed; read the thing itself at `url`."""

    sequence = serializers.IntegerField(help_text="Its number: later ones are greater, and numbers may be missing.")
    at = serializers.DateTimeField(default_timezone=UTC)
    type = serializers.CharField(
        help_text="Of a ticket the event type of its webhooks; of another thing `.created`, `.changed` or `.removed` after what it is."
    )
    resource = serializers.ChoiceField(choices=KINDS, help_text="`access`: what you may see has changed as a whole; read the lists anew.")
    id = serializers.IntegerField(source="thing")
    url = serializers.SerializerMethodField(help_text="Where the thing is; null for `access`.")
    deleted = serializers.BooleanField(help_text="It is no more, or no more for you to see.")

    def get_url(self, change: Change) -> str | None:
        """Answer where the thing is."""
        if change.resource == ACCESS:
            return None
        return f"{settings.PUBLIC_URL}/api/v1/{change.resource}/{change.key or change.thing}/"


@extend_schema_serializer(many=False)
class ChangesOutput(serializers.Serializer[Any]):
    """Some changes in their order."""

    last = serializers.IntegerField(help_text="Go on with `after` this number.")
    newest = serializers.IntegerField(help_text="The newest number of all: note it before you read the lists, and follow from there.")
    more = serializers.BooleanField(help_text="More can be read at once. A page may be short, or empty, while more follows.")
    results = ChangeOutput(many=True)

    @classmethod
    def of(cls, told: Told) -> dict[str, Any]:
        """Write what was read."""
        output = ChangeOutput()
        rows = [output.to_representation(change) for change in told.changes]
        return {"last": told.last, "newest": told.newest, "more": told.more, "results": rows}
