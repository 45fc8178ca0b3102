"""The feed of changes over REST: who was away, or missed webhooks, catches up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import who
from core.api_filters import EVERYWHERE
from core.api_pages import link_header
from integrations import feed
from integrations.models import Change
from integrations.serializers import ChangesOutput, FollowInput

if TYPE_CHECKING:
    from rest_framework.request import Request

NO_FILTERS: list[Any] = []


class ChangeViewSet(GenericViewSet[Change]):
    """What was changed, in order."""

    queryset = Change.objects.none()
    serializer_class = ChangesOutput
    pagination_class = None
    filter_backends = NO_FILTERS

    @extend_schema(operation_id="changes_list", summary="What was changed, in order", parameters=[FollowInput], responses=ChangesOutput)
    def list(self, request: Request) -> Response:
        """Answer the changes after a number that you may know of; who goes on after `last` misses none, whenever it was committed."""
        given = FollowInput(data={name: value for name, value in request.query_params.items() if name not in EVERYWHERE})
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        told = feed.read(who(request), asked.get("after"), asked["limit"])
        query = urlencode({"after": told.last, "limit": asked["limit"]})
        further = f"{request.build_absolute_uri(request.path)}?{query}" if told.more else None
        return Response(ChangesOutput.of(told), headers=link_header(next=further))
