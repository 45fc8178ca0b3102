"""Pages by key for the REST interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from core.errors import Invalid
from core.pages import PAGE_SIZE, Page, page

if TYPE_CHECKING:
    from rest_framework.request import Request

LARGEST_PAGE = 200


def link_header(**addresses: str | None) -> dict[str, str]:
    """Answer the header that leads to neighbours (RFC 8288), none where there are none."""
    told = ", ".join(f'<{address}>; rel="{name}"' for name, address in addresses.items() if address)
    return {"Link": told} if told else {}


class KeysetPagination(BasePagination):
    """`?cursor=` and `?page_size=` (or `limit`); a view says its order with `page_by` and `page_descending`.

    With `page_shown` it says what widens the rows after their keys were found (:func:`core.pages.page`).
    """

    found: Page[Any]
    request: Request

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Answer the rows of the page that was asked for."""
        self.request = request
        self.found = page(
            queryset,
            by=getattr(view, "page_by", "pk"),
            descending=getattr(view, "page_descending", True),
            cursor=request.query_params.get("cursor", ""),
            size=self._size(request),
            shown=getattr(view, "page_shown", None),
        )
        return self.found.rows

    def _size(self, request: Request) -> int:
        """Answer how many rows are wanted; more than are given at once is no mistake, the rest follows."""
        sizes = [PAGE_SIZE]
        for name in ("page_size", "limit"):
            wanted = request.query_params.get(name, "")
            if wanted and not (wanted.isascii() and wanted.isdecimal() and int(wanted[:9])):
                raise Invalid(_("Enter a whole number from 1 on."), field=name)
            sizes += [min(int(wanted[:9]), LARGEST_PAGE)] if wanted else []
        return sizes[-1]

    def _link(self, cursor: str) -> str | None:
        if not cursor:
            return None
        query = self.request.query_params.copy()  # a filter may be named twice
        query["cursor"] = cursor
        return f"{self.request.build_absolute_uri(self.request.path)}?{query.urlencode()}"

    def get_paginated_response(self, data: list[Any]) -> Response:
        """Answer the page and the addresses of its neighbours."""
        links = {"next": self._link(self.found.next_cursor), "previous": self._link(self.found.previous_cursor)}
        return Response({**links, "results": data}, headers=link_header(next=links["next"], prev=links["previous"]))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page in the schema."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters in the schema."""
        size = {"in": "query", "required": False, "schema": {"type": "integer", "minimum": 1, "default": PAGE_SIZE}}
        many = f"How many rows; at most {LARGEST_PAGE} are given at once."
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}, "description": "As `next` leads to."},
            {"name": "page_size", "description": many, **size},
            {"name": "limit", "description": "The same as `page_size`.", **size},
        ]
