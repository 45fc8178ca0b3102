"""Articles over REST: read, found and voted on by everybody who may read them, written by our own people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_pages import KeysetPagination
from core.errors import Invalid
from core.time import now
from knowledge import selectors, services
from knowledge.models import Article
from knowledge.serializers import (
    ArticleInput,
    ArticleOutput,
    NewArticleInput,
    PublishInput,
    UseInput,
    UseOutput,
    VoteInput,
    VoteOutput,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

LONGEST = 400


class WritersOnly(BasePermission):
    """Customers read and vote."""

    message = _("Articles are written by the service provider's staff.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller works for the provider."""
        return who(request).is_provider


WRITERS: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, WritersOnly]


class ArticleFilter(filters.FilterSet):
    """By state, readers, maker and model."""

    maker = filters.CharFilter("maker", "iexact")
    model = filters.CharFilter("model", "iexact")
    updated_since = filters.IsoDateTimeFilter("updated_at", "gte")

    class Meta:
        model = Article
        fields = ("state", "audience")


@extend_schema_view(list=extend_schema(summary="Articles, the latest changed first"), retrieve=extend_schema(summary="An article"))
class ArticleViewSet(ReadOnlyModelViewSet[Article]):
    """The knowledge base."""

    queryset = Article.objects.none()
    serializer_class = ArticleOutput
    filterset_class = ArticleFilter
    pagination_class = KeysetPagination
    page_by = "updated_at"
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Article]:
        """Answer what the caller may read."""
        return selectors.listed(selectors.articles_for(who(self.request)))

    def _given(self, accepts: Any, **more: Any) -> dict[str, Any]:
        serializer = accepts(data=self.request.data, context=self.get_serializer_context(), **more)
        serializer.is_valid(raise_exception=True)
        return {**serializer.validated_data, "actor": who(self.request), "at": now()}

    def _answer(self, row: Article, code: int = status.HTTP_200_OK) -> Response:
        return Response(ArticleOutput(self.get_queryset().get(pk=row.pk)).data, status=code)

    def get_permissions(self) -> list[Any]:
        """Writing is ours."""
        if self.action in {"create", "partial_update", "publish", "retire", "use"}:
            return [permission() for permission in WRITERS]
        return list(super().get_permissions())

    @extend_schema(summary="Write an article", request=NewArticleInput, responses={201: ArticleOutput})
    def create(self, request: Request) -> Response:
        """Begin a draft."""
        return self._answer(services.save_article(None, **self._given(NewArticleInput)), status.HTTP_201_CREATED)

    @extend_schema(summary="Change an article", request=ArticleInput, responses=ArticleOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; the rest stays."""
        row, given = self.get_object(), self._given(ArticleInput, partial=True)
        sent = {name: value for name, value in given.items() if name in request.data or name in {"actor", "at"}}
        return self._answer(services.save_article(row, **sent))

    @extend_schema(summary="Publish an article", request=PublishInput, responses=ArticleOutput)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Let our own people find it, or customers too."""
        return self._answer(services.publish(self.get_object(), **self._given(PublishInput)))

    @extend_schema(summary="Say that an article is out of date", request=None, responses=ArticleOutput)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Offer it no more."""
        return self._answer(services.retire(self.get_object(), actor=who(request), at=now()))

    @extend_schema(summary="Say whether it helped", request=VoteInput, responses=VoteOutput)
    @action(detail=True, methods=["post"])
    def vote(self, request: Request, pk: str) -> Response:
        """Vote; the later vote of the same person counts."""
        return Response(VoteOutput(services.vote(self.get_object(), **self._given(VoteInput))).data)

    @extend_schema(summary="Say that it helped with a ticket", request=UseInput, responses=UseOutput)
    @action(detail=True, methods=["post"])
    def use(self, request: Request, pk: str) -> Response:
        """Link it with a ticket, once."""
        row, given = self.get_object(), self._given(UseInput)
        return Response(UseOutput(services.use(row, given.pop("ticket"), **given)).data)

    @extend_schema(
        summary="Articles that fit some words best",
        parameters=[OpenApiParameter("q", str, required=True, description="The words of the trouble, in Chinese or English.")],
        responses=ArticleOutput(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None, filter_backends=[])
    def suggestions(self, request: Request) -> Response:
        """Answer up to four published articles, the best first."""
        words = request.query_params.get("q", "")
        if not words.strip():
            raise Invalid(_("Say some words of the trouble."), field="q", code="required")
        found = selectors.suggestions(who(request), words[:LONGEST])
        return Response(ArticleOutput(found, many=True).data)
