"""Where sources send to. The forms are those of others, so nothing here is our own interface: no version, no scopes, their answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.time import now
from inbound import secrets, services
from inbound.errors import BadMediaType, NotOpened, TooMuch, Unreadable
from inbound.models import Arrival
from inbound.outcomes import What

if TYPE_CHECKING:
    from django.http import HttpRequest

    from inbound.models import Source

JSON_TYPES = frozenset({"", "application/json", "text/json", "text/plain", "application/octet-stream"})
XML_TYPES = frozenset({"", "application/xml", "text/xml", "text/plain", "application/octet-stream"})
FORMS = frozenset({"application/x-www-form-urlencoded"})
"""What scripts say who do not say anything: curl and many libraries name it where none is given; the body is read as it is."""


@csrf_exempt
@require_POST
@sensitive_variables()
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Take a message of Alertmanager, or of any program; answer what became of each thing it says."""
    arrival = _received(request, secrets.of(request, now()), "json")
    lines = [{name: line[name] for name in ("what", "ticket", "about", "why")} for line in arrival.outcomes]
    status = HTTPStatus.ACCEPTED if arrival.state == Arrival.State.FAILED else HTTPStatus.OK
    return JsonResponse({"message": arrival.pk, "outcomes": lines}, status=status)


@csrf_exempt
@require_POST
def osticket_json(request: HttpRequest) -> HttpResponse:
    """Make a ticket as osTicket would: answer its number."""
    return _osticket(request, "json")


@csrf_exempt
@require_POST
def osticket_xml(request: HttpRequest) -> HttpResponse:
    """The same from XML."""
    return _osticket(request, "xml")


@sensitive_variables()
def _osticket(request: HttpRequest, form: str) -> HttpResponse:
    try:
        arrival = _received(request, secrets.of(request, now()), form)
    except NotOpened as refusal:
        words = "API key not found/active or source IP not authorized" if secrets.shown(request.headers) else "Valid API key required"
        return _plain(words, HTTPStatus.UNAUTHORIZED, refusal)
    except Unreadable as refusal:
        where = f"{refusal.field}: " if refusal.field else ""
        return _plain(f"Unable to create new ticket: validation errors:\n{where}{refusal}", HTTPStatus.BAD_REQUEST, refusal)
    except DomainError as refusal:
        return _plain(f"Unable to create new ticket: {refusal}", HTTPStatus(refusal.status), refusal)
    numbers = [line["ticket"] for line in arrival.outcomes if line["what"] in (What.OPENED, What.REPEATED) and line["ticket"]]
    if not numbers:  # it is kept and a person, or the next sweep, makes the ticket: sending it again would make another
        return _plain("The report was received and waits to become a ticket. Do not send it again.", HTTPStatus.ACCEPTED)
    return HttpResponse(numbers[0], status=HTTPStatus.CREATED, content_type="text/plain; charset=utf-8")


def _plain(words: str, status: HTTPStatus, refusal: DomainError | None = None) -> HttpResponse:
    """Answer a refusal as such scripts read it; its code goes into a header."""
    headers = dict(getattr(refusal, "headers", {}))
    if refusal is not None:
        headers["X-Problem-Code"] = refusal.stable_code
    return HttpResponse(words, status=status, headers=headers, content_type="text/plain; charset=utf-8")


def _received(request: HttpRequest, source: Source, form: str) -> Arrival:
    _check_form(request, form)
    return services.receive(
        source,
        _body(request, source),
        content_type=request.headers.get("Content-Type", ""),
        sender=secrets.sender_of(request),
        at=now(),
        form=form,
    )


def _check_form(request: HttpRequest, form: str) -> None:
    kind = (request.content_type or "").lower()
    allowed = XML_TYPES if form == "xml" else JSON_TYPES
    if kind not in allowed | FORMS and not kind.endswith(f"+{form}"):
        raise BadMediaType(_("Send %(form)s, not “%(kind)s”.") % {"form": form.upper(), "kind": kind[:80]})
    if request.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise BadMediaType(_("Send it without compression."))


def _body(request: HttpRequest, source: Source) -> bytes:
    """Read what was sent; far too much is refused before it is read."""
    most = services.limit_of(source)
    told = str(request.META.get("CONTENT_LENGTH") or "")
    try:
        if told.isdecimal() and int(told[:20]) > most:
            raise RequestDataTooBig
        return request.body
    except RequestDataTooBig as error:
        raise TooMuch(_("At most %(most)s bytes are taken at once.") % {"most": most}) from error
    except UnreadablePostError as error:
        raise Unreadable(_("The message broke off while it was sent."), code="broken_off") from error
