"""What all answers of TM Forum's interfaces have in common: how bodies are read and written, who asks, what a tag is."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from accounts.access import who
from core.api_parsers import JsonParser
from tmf import documents
from tmf.documents import MEDIA_TYPE
from tmf.errors import BadDocument, BadQuery, NotBuilt
from tmf.queries import Asked, BadWords, parsed
from tmf.shapes import KNOWN, V4

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rest_framework.parsers import BaseParser
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request

    from accounts.models import User
    from tmf.shapes import Complaint

MERGE, PATCH, PATCH_QUERY = "application/merge-patch+json", "application/json-patch+json", "application/json-patch-query+json"
SHOWN_COMPLAINTS, DEEPEST = 10, 20


class Renderer(JSONRenderer):
    """JSON with its charset, as the official files name it."""

    charset = "utf-8"


class Always(BaseContentNegotiation):
    """Answer JSON whatever the caller would rather have: 406 is no answer of theirs."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Answer the parser of the body's type."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Answer the only one."""
        return next(iter(renderers)), MEDIA_TYPE


class WordsParser(JsonParser):
    """JSON whose words are given back as they were sent."""

    takes_nul = True


class MergeParser(WordsParser):
    """A merge patch (RFC 7396)."""

    media_type = MERGE


class PatchParser(WordsParser):
    """A JSON patch (RFC 6902)."""

    media_type = PATCH


class PatchQueryParser(WordsParser):
    """A JSON patch by query, read in order to be refused as not built."""

    media_type = PATCH_QUERY


class TmfView(APIView):
    """A view of one version."""

    schema = None
    """The official files describe it, not ours."""
    renderer_classes = (Renderer,)
    parser_classes: Sequence[type[BaseParser]] = (WordsParser,)
    content_negotiation_class = Always
    spoken = V4
    root = "/tmf-api/troubleTicket"
    """The address of the interface, without its version."""
    attributes = documents.ATTRIBUTES
    """Names of the first level that may be asked for."""

    @property
    def person(self) -> User:
        """Answer who asks."""
        return who(self.request)

    @property
    def base(self) -> str:
        """Answer the address of this version."""
        return self.request.build_absolute_uri(f"{self.root}/{self.spoken}")

    @property
    def known(self) -> frozenset[str]:
        """Answer the attributes that may be sent."""
        return KNOWN[self.spoken]

    def asked(self, names: Iterable[str]) -> Asked:
        """Take the query apart; what it names beside these are conditions."""
        try:
            return parsed(self.request.META.get("QUERY_STRING", ""), names)
        except BadWords as error:
            raise BadQuery(str(error), field="query") from error

    def prefers(self, wish: str) -> bool:
        """Whether the caller wishes so (RFC 7240): to be refused what is not known, or to have done what something speaks against."""
        return wish in self.request.headers.get("Prefer", "").replace(" ", "").replace(";", ",").split(",")

    def fields(self) -> list[str]:
        """Answer the attributes that are asked for."""
        return [name.strip() for words in self.request.query_params.getlist("fields") for name in words.split(",") if name.strip()]

    def chosen(self, document: Mapping[str, Any], *always: str) -> dict[str, Any]:
        """Answer the attributes of a document that are asked for, and those that always are."""
        return documents.chosen(document, self.fields(), always, self.attributes)

    def document(self) -> dict[str, Any]:
        """Answer the body; refuse unknown attributes to who asks to be strict about them."""
        sent = self.request.data
        if not isinstance(sent, dict) or is_deeper(sent, DEEPEST):
            raise BadDocument(_("Send a JSON object."))
        if self.prefers("handling=strict"):
            unknown = sorted(set(sent) - self.known)
            if unknown:
                raise BadDocument(_("These attributes are not known: %(names)s.") % {"names": ", ".join(unknown)}, field=unknown[0])
        return dict(sent)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the type of an answer without a body as well: the official file of version 4 has it on every answer."""
        done = super().finalize_response(request, response, *args, **kwargs)
        if self.spoken == V4 and done.status_code == NO_CONTENT:
            done.add_post_render_callback(lambda made: made.headers.setdefault("Content-Type", MEDIA_TYPE))
        return done

    def handle_exception(self, exc: Exception) -> Any:
        """Say what a change may be written in, to who wrote it in something else (RFC 5789)."""
        response = super().handle_exception(exc)
        if isinstance(exc, UnsupportedMediaType) and self.request.method == "PATCH":
            response.headers["Accept-Patch"] = f"{MERGE}, application/json, {PATCH}"
        return response


def is_deeper(value: Any, levels: int) -> bool:
    """Whether things lie within things further than any document needs: each level costs whoever walks through it."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or is_deeper(each, levels - 1) for each in inner if isinstance(each, dict | list))


def refuse(complaints: Sequence[Complaint]) -> None:
    """Refuse a document that has not the form it should, and say where."""
    if complaints:
        said = "; ".join(f"{place or '/'} {what}" for place, what in complaints[:SHOWN_COMPLAINTS])
        raise BadDocument(said, field=complaints[0][0].lstrip("/").replace("/", ".") or "body")


def refuse_filter(asked: Asked) -> None:
    """Refuse a filter in JSONPath, which is not built, and one in anything else, which is none."""
    if "filter" in asked.named:
        refusal = NotBuilt if asked.named["filter"].startswith("$") else BadQuery
        raise refusal(_("Filters in JSONPath are not supported; name attributes, as in status=resolved."), field="filter")


def tag_of(document: Mapping[str, Any]) -> str:
    """Answer the strong tag of a document."""
    return f'"{hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:32]}"'


def names(header: str, tag: str, *, weakly: bool = False) -> bool:
    """Whether a condition (RFC 9110) names a tag."""
    named = [word.strip() for word in parse_etags(header)]
    return "*" in named or tag in ([word.removeprefix("W/") for word in named] if weakly else named)


def number(words: str | None, name: str, default: int, most: int) -> int:
    """Read a whole number of a query, not below zero."""
    if words is None or not words.strip():
        return default
    digits = words.strip()
    if not digits.isascii() or not digits.isdecimal():
        raise BadQuery(_("“%(name)s” is a whole number, 0 or more.") % {"name": name}, field=name)
    return min(int(digits[:20]), most)


CREATED, NO_CONTENT, PARTIAL, NOT_MODIFIED = (
    status.HTTP_201_CREATED, status.HTTP_204_NO_CONTENT, status.HTTP_206_PARTIAL_CONTENT, status.HTTP_304_NOT_MODIFIED,
)  # fmt: skip
