"""Imports and exports over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import MANAGER_ONLY, who
from core import exports as tables
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from core.time import now
from transfer import selectors, services, words
from transfer.engine import mapping as mappings
from transfer.models import DataExport, DataImport
from transfer.serializers import (
    DataExportInput,
    DataExportOutput,
    ImportInput,
    ImportOutput,
    ImportProblemOutput,
    MappingInput,
    of_mapping,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request


@extend_schema_view(
    list=extend_schema(summary="Imports, newest first"),
    retrieve=extend_schema(summary="How an import stands"),
)
class ImportViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[DataImport]):
    """Files of other systems: uploaded, mapped, tried, brought in. For managers."""

    queryset = DataImport.objects.none()
    serializer_class = ImportOutput
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"
    parser_classes = (MultiPartParser, JsonParser)  # files of the size that imports have; the services look at it

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let managers in; to others a single import is one that is not there."""
        super().initial(request, *args, **kwargs)
        if not selectors.may_import(who(request)):
            if self.detail:
                raise Http404
            raise PermissionDenied(str(MANAGER_ONLY))

    def get_queryset(self) -> QuerySet[DataImport]:
        """Answer what the caller may see."""
        return selectors.imports_for(who(self.request))

    @extend_schema(summary="Upload a file", request={"multipart/form-data": ImportInput}, responses={201: ImportOutput})
    def create(self, request: Request) -> Response:
        """Keep a file, and answer it with its mapping: the one that was sent, one that ships, or one suggested from its columns."""
        given = ImportInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        mapping = mappings.parsed(said["mapping"]) if said["mapping"] else None
        made = services.upload(
            said["file"], source=said["source"], preset_name=said["preset"], mapping=mapping, encoding=said["encoding"],
            delimiter=said["delimiter"], actor=who(request), at=now(),
        )  # fmt: skip
        return Response(ImportOutput(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Map a file otherwise", request=MappingInput, responses=ImportOutput)
    @action(detail=True, methods=["post"])
    def mapping(self, request: Request, pk: str) -> Response:
        """Change the mapping; the file has to be tried again."""
        given = MappingInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = of_mapping(given.validated_data["mapping"])
        found = mappings.parsed(said) if isinstance(said, str) else mappings.plain(said)
        row = services.change_mapping(self.get_object(), mapping=found, actor=who(request), at=now())
        return Response(ImportOutput(row).data)

    def _act(self, request: Request, act: Callable[..., DataImport]) -> Response:
        row = act(self.get_object(), actor=who(request), at=now())
        return Response(ImportOutput(row).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(summary="Try an import", request=None, responses={202: ImportOutput})
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Read every row and write nothing; what would become of them is in `counts`, `sample` and the problems."""
        return self._act(request, services.check)

    @extend_schema(summary="Bring an import in", request=None, responses={202: ImportOutput})
    @action(detail=True, methods=["post"])
    def run(self, request: Request, pk: str) -> Response:
        """Bring in what was tried; stopped or failed before, it goes on where it was."""
        return self._act(request, services.run)

    @extend_schema(summary="Stop an import", request=None, responses={202: ImportOutput})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop it after the batch it is at; what is in stays."""
        return self._act(request, services.cancel)

    @extend_schema(summary="What is wrong in a file", responses=ImportProblemOutput(many=True))
    @action(detail=True, filter_backends=[])
    def problems(self, request: Request, pk: str) -> Response:
        """List refused rows in the order of the file."""
        self.page_descending = False
        rows: Any = self.paginate_queryset(selectors.problems_of(self.get_object())) or []  # type: ignore[arg-type]
        return self.get_paginated_response(ImportProblemOutput(rows, many=True).data)

    @extend_schema(summary="Refused rows as a table", responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], pagination_class=None)
    def refused(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the refused rows with what to do, as CSV."""
        row = self.get_object()
        found = (words.cells(problem) for problem in selectors.problems_of(row).iterator(500))
        return tables.as_csv(f"import-{row.pk}-refused", words.heads(), found)


@extend_schema_view(
    list=extend_schema(summary="Your exports of organizations, newest first"),
    retrieve=extend_schema(summary="How an export of an organization stands"),
)
class DataExportViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[DataExport]):
    """Everything of an organization as one file. For managers, and for the organization's own supervisors; each has their own."""

    queryset = DataExport.objects.none()
    serializer_class = DataExportOutput
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[DataExport]:
        """Answer the caller's own."""
        return selectors.exports_for(who(self.request))

    @extend_schema(summary="Ask for everything of an organization", request=DataExportInput, responses={202: DataExportOutput})
    def create(self, request: Request) -> Response:
        """Ask for a file; asked again while it is under way, it is the same one."""
        given = DataExportInput(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        made = services.ask(**given.validated_data, actor=who(request), at=now())
        return Response(DataExportOutput(made).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        summary="The file of an export of an organization",
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "A ZIP.")},
    )
    @action(detail=True, url_path="file")
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the file once it is ready."""
        row = services.fetched(self.get_object(), actor=who(request), at=now())
        return FileResponse(row.file.open("rb"), as_attachment=True, filename=f"export-{row.pk}.zip")
