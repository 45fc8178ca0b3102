"""Archives over REST: the timeline of an organization, a site or an equipment, and files made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import who
from archive import selectors, services
from archive.models import ArchiveExport
from archive.scope import EQUIPMENT, ORGANIZATION, SITE, Scope
from archive.serializers import ArchiveEntryOutput, ArchiveExportInput, ArchiveExportOutput, TimelineInput
from core.api_pages import KeysetPagination
from core.pages import LARGEST
from core.time import now

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

OF_PAGES = ("cursor", "page_size", "limit", "format")


def _scope(request: Request, of: str, pk: int) -> Scope:
    """Answer the scope of an address; what the caller may not see is not there."""
    found = selectors.scope_of(who(request), of, pk) if pk <= LARGEST else None
    if found is None:
        raise Http404
    return found


class TimelinePagination(KeysetPagination):
    """Pages of a timeline, which is no table."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Answer the entries of the page that was asked for; ``queryset`` is the scope and what is asked of it."""
        scope, asked = queryset
        self.request = request
        cursor = request.query_params.get("cursor", "")
        self.found = selectors.timeline(who(request), scope, asked, at=now(), cursor=cursor, size=self._size(request))
        return self.found.rows


class _TimelineViewSet(GenericViewSet[Any]):
    """Everything that happened and that the caller may see, the newest first."""

    of: ClassVar[str]
    serializer_class = ArchiveEntryOutput
    pagination_class = TimelinePagination
    filter_backends = ()

    def list(self, request: Request, id: str) -> Response:  # noqa: A002 - the name in the address
        """Answer a page of the timeline."""
        scope = _scope(request, self.of, int(id[:20]))
        given = TimelineInput(data={name: value for name, value in request.query_params.items() if name not in OF_PAGES})
        given.is_valid(raise_exception=True)
        found = self.paginate_queryset((scope, given.asked(timezone.localdate(now()))))
        return self.get_paginated_response(ArchiveEntryOutput(found, many=True).data)


def _timeline(of: str) -> type[_TimelineViewSet]:
    """Answer the view of the archives of one kind of thing."""
    described = extend_schema(
        summary=f"Everything that happened: the service archive of one {of}",
        operation_id=f"{of}_archive_list",
        parameters=[TimelineInput],
        responses=ArchiveEntryOutput(many=True),
    )
    given = {"of": of, "__doc__": _TimelineViewSet.__doc__}
    return extend_schema_view(list=described)(type(f"{of.title()}TimelineViewSet", (_TimelineViewSet,), given))


OrganizationTimelineViewSet, SiteTimelineViewSet, EquipmentTimelineViewSet = (_timeline(of) for of in (ORGANIZATION, SITE, EQUIPMENT))


@extend_schema_view(
    list=extend_schema(summary="Your exports of archives, newest first"),
    retrieve=extend_schema(summary="How an export stands"),
)
class ArchiveExportViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[ArchiveExport]):
    """Files made of archives: asked for, watched, fetched; each person has their own."""

    queryset = ArchiveExport.objects.none()
    serializer_class = ArchiveExportOutput
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[ArchiveExport]:
        """Answer the caller's own."""
        return selectors.exports_for(who(self.request))

    @extend_schema(summary="Ask for a file of an archive", request=ArchiveExportInput, responses={202: ArchiveExportOutput})
    def create(self, request: Request) -> Response:
        """Ask for a file; asked again while it is under way, it is the same one."""
        given = ArchiveExportInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        scope = _scope(request, said.pop("of"), said.pop("id"))
        made = services.ask(scope, **said, actor=who(request), at=now())
        return Response(ArchiveExportOutput(made).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        summary="The file of an export",
        responses={(200, kind): OpenApiResponse(OpenApiTypes.BINARY, "A ZIP or a PDF.") for kind in ("application/zip", "application/pdf")},
    )
    @action(detail=True, url_path="file")
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the file once it is ready."""
        row = services.fetched(self.get_object(), actor=who(request), at=now())
        return FileResponse(row.file.open("rb"), as_attachment=True, filename=f"archive-{row.pk}.{row.form}")
