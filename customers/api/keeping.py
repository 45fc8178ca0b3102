"""What the view sets of customers share: who may read, who may write, and how a thing is entered and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from accounts.keepers import Kept
from accounts.tokens import source_of
from core import foreign
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from core.foreign import Differs, ForeignId, IdGone, IdTaken
from core.time import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.serializers import BaseSerializer


def described(many: str, one: str) -> Callable[[type], type]:
    """Name the two operations of a view set in the schema."""
    said = "What the caller may not see is as if it were not there."
    return extend_schema_view(list=extend_schema(summary=many, description=said), retrieve=extend_schema(summary=one, description=said))


def enters(summary: str, accepts: type[BaseSerializer[Any]], gives: type[BaseSerializer[Any]], **more: Any) -> Any:
    """Describe an operation that makes a thing, once for each external id."""
    again = OpenApiResponse(gives, description="Entered before with the same `external_id`; what was sent is put right in it.")
    return extend_schema(summary=summary, request=accepts, responses={201: gives, 200: again}, **more)


class Keeping(Kept, ReadOnlyModelViewSet[Any]):
    """Read by whoever may see it; entered and changed by whom `keepers` names for what is done."""

    pagination_class = KeysetPagination
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"
    page_by = "pk"
    page_descending = True

    def given(self, accepts: type[BaseSerializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """Answer what was sent, checked."""
        serializer = accepts(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def who_and_when(self) -> dict[str, Any]:
        """Answer who does it, and when."""
        return {"actor": who(self.request), "at": now()}

    def answer(self, pk: int, *, is_new: bool = False) -> Response:
        """Answer the thing as the caller reads it."""
        said = self.get_serializer(self.get_queryset().get(pk=pk)).data
        if not is_new:
            return Response(said)
        return Response(said, status=status.HTTP_201_CREATED, headers=self.address_of(pk))

    def address_of(self, pk: int) -> dict[str, str]:
        """Answer where a thing is found."""
        return {"Location": reverse(f"{self.basename}-detail", args=[pk], request=self.request)}

    def foreign(self, external_id: str) -> ForeignId:
        """Answer the id that a program has for a thing."""
        return ForeignId(source_of(self.request), external_id)

    def entered(
        self, accepts: type[BaseSerializer[Any]], create: Callable[..., Any], change: Callable[..., Any], *, of: str = "", stays: str = ""
    ) -> Response:
        """Make a thing, or change the one that this program has named so.

        ``of`` is the field that says whose it is, ``stays`` those (as attributes of the row) with which it stays.
        """
        given = self.given(accepts)
        external = self.foreign(given.pop("external_id"))
        first = [given.pop(of)] if of else []
        facts = {**given, **external.facts, **self.who_and_when()}
        row = foreign.made_once(self.get_queryset().model, external, lambda: create(*first, **facts))
        return self.answer(row.pk, is_new=True) if row.is_new else self._sent_again(row.pk, accepts, change, stays.split())

    def _sent_again(self, pk: int, accepts: type[BaseSerializer[Any]], change: Callable[..., Any], stays: list[str]) -> Response:
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise IdGone
        sent = self.given(accepts, partial=True)
        del sent["external_id"]
        fixed = {path: sent.pop(path.rpartition(".")[2]) for path in stays if path.rpartition(".")[2] in sent}
        if other := foreign.differing(row, fixed):
            words = _("It stays with what it was entered with; choose another external id for another one.")
            raise Differs(words, [path.rpartition(".")[2] for path in other])
        change(row, **sent, **self.who_and_when())
        return self.answer(pk)

    def changed(self, accepts: type[BaseSerializer[Any]], change: Callable[..., Any]) -> Response:
        """Change what was sent; the rest stays."""
        row, given = self.get_object(), self.given(accepts, partial=True)
        if "external_id" in given:
            given |= foreign.renamed(row, self.foreign(given["external_id"]))
        change(row, **given, **self.who_and_when())
        return self.answer(row.pk)

    def done(self, act: Callable[..., Any], accepts: type[BaseSerializer[Any]] | None = None) -> Response:
        """Do something with the thing, and answer how it stands then."""
        row = self.get_object()
        act(row, **(self.given(accepts) if accepts else {}), **self.who_and_when())
        return self.answer(row.pk)

    def hung(
        self, model: Any, accepts: type[BaseSerializer[Any]], gives: type[BaseSerializer[Any]], create: Callable[..., Any]
    ) -> Response:
        """Put something down about the thing, or answer what this program has named so; what was put down is not changed."""
        thing, given = self.get_object(), self.given(accepts)
        external = self.foreign(given.pop("external_id"))
        facts = {**given, **external.facts, **self.who_and_when()}
        row = foreign.made_once(model, external, lambda: create(thing, **facts))
        if row.is_new:
            return Response(gives(row).data, status=status.HTTP_201_CREATED)
        if row.equipment_id != thing.pk:
            raise IdTaken
        if other := foreign.differing(row, given):
            raise Differs(_("It was put down with this external id before and stays as it is; choose another for another one."), other)
        return Response(gives(row).data)

    def shown_of(self, rows: Any, gives: type[BaseSerializer[Any]]) -> Response:
        """Answer a page of what hangs on the thing."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(gives(page, many=True).data)
