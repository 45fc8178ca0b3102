"""Documents over REST: what is on record, its PDF and its proof, and the customer's word under it. Strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import who
from accounts.rest import Deeds
from core import languages
from core.api_files import sent
from core.api_filters import IdFilter
from core.api_negotiation import Anything
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from core.time import now
from documents import selectors, services
from documents.models import Document
from documents.serializers import (
    DocumentDetail,
    DocumentOutput,
    DocumentProofOutput,
    DocumentRefuseInput,
    DocumentSignInput,
    PdfInput,
)

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import FileResponse
    from rest_framework.request import Request

NO_FILTERS: list[Any] = []


class DocumentFilter(filters.FilterSet):
    """By what it is, what it is about, whose it is, and when it was issued, sealed or corrected."""

    about = filters.CharFilter(help_text="Such as ticket/12, visit/3 or inspection/4: the kind of thing and its id.")
    number = filters.CharFilter(help_text="Without its version.")
    organization = IdFilter("organization_id")
    site = IdFilter("site_id")
    updated_since = filters.IsoDateTimeFilter(method="since", help_text="Issued, signed, refused or corrected at this instant or later.")

    class Meta:
        model = Document
        fields = ("kind", "status", "about", "number", "organization", "site")

    def since(self, documents: QuerySet[Document], _name: str, value: datetime) -> QuerySet[Document]:
        """Narrow by the last change."""
        return selectors.changed_since(documents, value)


@extend_schema_view(
    list=extend_schema(summary="Documents, newest first", responses=DocumentOutput(many=True)),
    retrieve=extend_schema(summary="One document with what it says", responses=DocumentDetail),
)
class DocumentViewSet(Deeds, ReadOnlyModelViewSet[Document]):
    """Papers: frozen when issued, signed or refused, fetched as PDF."""

    queryset = Document.objects.none()
    serializer_class = DocumentOutput
    filterset_class = DocumentFilter
    pagination_class = KeysetPagination
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[DocumentOutput]:
        """Answer what it says of one document only."""
        return DocumentDetail if self.action == "retrieve" else DocumentOutput

    def get_queryset(self) -> QuerySet[Document]:
        """Answer those the caller may see."""
        found = selectors.with_all(selectors.documents_for(who(self.request)))
        return found.defer("content", "replaced_by__content") if self.action == "list" else found

    @extend_schema(
        operation_id="documents_pdf",
        summary="Fetch the PDF",
        description="It is made once nothing more is awaited; before that the answer is 409 (`not_awaited`).",
        parameters=[PdfInput],
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The stored file.")},
        filters=False,
    )
    @action(detail=True, url_name="pdf", content_negotiation_class=Anything)
    def pdf(self, request: Request, pk: str) -> FileResponse:
        """Answer the stored file in one language."""
        document = self.get_object()
        asked = PdfInput(data={name: value for name, value in request.query_params.items() if name != "format"})
        asked.is_valid(raise_exception=True)
        language = asked.validated_data.get("language") or languages.active()
        made = services.made_file(document, language, at=now())
        name = f"{document.full_number}-{language}.pdf"
        return sent(made.file, name=name, kind="application/pdf", sha256=made.sha256)

    @extend_schema(operation_id="documents_sign", summary="Sign with a typed name", request=DocumentSignInput, responses=DocumentDetail)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Put the customer's name under what was shown; `seen` is its hash. What waited for it goes on."""
        document = self.get_object()
        services.sign(document, **self.given(DocumentSignInput), strokes=(), **self.facts())
        return Response(self.whole(document.pk))

    @extend_schema(
        operation_id="documents_refuse", summary="Say that it is not signed, and why", request=DocumentRefuseInput, responses=DocumentDetail
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Note that the customer does not sign; the document stands all the same."""
        document = self.get_object()
        services.refuse(document, **self.given(DocumentRefuseInput), **self.facts())
        return Response(self.whole(document.pk))


class DocumentProofViewSet(RetrieveModelMixin, GenericViewSet[Document]):
    """Whether a paper is genuine, asked by the code that is printed on it."""

    queryset = Document.objects.none()
    serializer_class = DocumentProofOutput
    pagination_class = None
    filter_backends = NO_FILTERS
    lookup_field = "token"
    lookup_url_kwarg = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]{1,24}"

    def get_queryset(self) -> QuerySet[Document]:
        """Answer all: who holds the paper knows its code."""
        return selectors.with_all(Document.objects.all())

    @extend_schema(operation_id="document_proofs_retrieve", summary="Is this paper genuine?", responses=DocumentProofOutput)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say what is on record under the code: number, version, hashes, who signed and when, whether it was corrected."""
        return super().retrieve(request, *args, **kwargs)
