"""The life of a ticket for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from accounts.tokens import source_of
from core.api_negotiation import Anything
from core.api_pages import KeysetPagination
from core.api_parsers import FileParser, JsonParser
from core.foreign import Differs, IdGone
from core.pages import LARGEST
from core.time import instant, now
from sla.engine.turns import total
from tickets import selectors, services
from tickets.api import inputs
from tickets.api.filters import SLACK, TicketFilter
from tickets.api.output import AttachmentOutput, ClockOutput, EventOutput, TicketOutput
from tickets.api.sorting import NUMBER, Sorting
from tickets.api.turns import TurnsOutput
from tickets.api.why import LadderOutput, WhyOutput
from tickets.errors import BadUpload
from tickets.models import Event, Ticket
from tickets.services import log
from tickets.told import ladders
from tickets.turns import record_of, turns_of
from tickets.why import why

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from accounts.models import User
    from core.api_fields import Input


SAID = (Event.Type.CONTACTED, Event.Type.REPLIED, Event.Type.NOTED)
AFTER = OpenApiParameter("after", OpenApiTypes.INT, description="Only lines after this `seq`.")


@extend_schema_view(
    list=extend_schema(summary="Tickets, newest first", responses=TicketOutput(many=True)),
    retrieve=extend_schema(summary="One ticket", parameters=[NUMBER], responses=TicketOutput),
)
class TicketViewSet(Sorting, GenericViewSet[Ticket]):
    """Report, read and move tickets; what the caller may not see is not there."""

    serializer_class = TicketOutput
    queryset = Ticket.objects.none()
    filterset_class = TicketFilter
    pagination_class = KeysetPagination
    parser_classes = (JsonParser, FileParser)
    lookup_field = "id"
    lookup_value_regex = "[^/]+"

    @property
    def page_by(self) -> str:
        """Newest first, or as the queue: least slack first."""
        return "queue_at" if self._is_queue else "pk"

    @property
    def page_descending(self) -> bool:
        """Only the newest come last."""
        return not self._is_queue

    @property
    def _is_queue(self) -> bool:
        return self.action == "list" and self.request.query_params.get("order") == SLACK

    def get_queryset(self) -> QuerySet[Ticket]:
        """Answer the tickets the caller may see."""
        return selectors.tickets_for(self.person)

    def get_object(self) -> Ticket:
        """Answer the ticket of the address."""
        return self._ticket(self.kwargs["id"])

    @property
    def page_shown(self) -> Callable[[QuerySet[Ticket]], QuerySet[Any]] | None:
        """What widens the rows of a search after its keys are found."""
        return selectors.ticket_rows if self.request.query_params.get("q") else None

    def list(self, request: Request) -> Response:
        """Answer a page of tickets, newest first."""
        tickets = self.filter_queryset(self.get_queryset())
        rows = self.paginate_queryset(tickets if self.page_shown else selectors.ticket_rows(tickets)) or []
        shown = selectors.with_names(selectors.with_clocks(rows, now()))
        return self.get_paginated_response([self._shown(row) for row in shown])

    def _shown(self, row: selectors.TicketRow) -> dict[str, Any]:
        return TicketOutput(for_staff=self.person.is_provider).to_representation(row)

    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's own name
        """Answer one ticket."""
        return self._answer(self.get_queryset().filter(**_by(id)))

    @extend_schema(
        summary="Report",
        request=inputs.ReportInput,
        responses={201: TicketOutput, 200: OpenApiResponse(TicketOutput, description="Reported before with the same external_id.")},
    )
    def create(self, request: Request) -> Response:
        """Take a report; its clocks start in the same transaction. The same report with the same ``external_id`` again answers the ticket.

        Another report with it is refused (409, `external_id_differs`): `Location` names the ticket, which its moves change.
        """
        given = self._valid(inputs.ReportInput)
        at = now()
        ticket = services.report(services.Report(**given, external_source=source_of(request)), actor=self.person, at=at)
        if ticket.is_new:
            return self._made(self._shown(selectors.new_row(ticket, at)), "ticket-detail", ticket.number)
        if not self.get_queryset().filter(pk=ticket.pk).exists():
            raise IdGone
        if other := services.reported_otherwise(ticket, self._valid(inputs.ReportInput, partial=True)):
            raise Differs(
                _("Ticket %(number)s was reported with this external id and other words. Change that one by its moves, or comment on it.")
                % {"number": ticket.number},
                dict.fromkeys(name.partition("_")[0] for name in other),  # of the contact the field, not its parts
                place=reverse("ticket-detail", args=[ticket.number], request=self.request),
            )
        return self._answer(Ticket.objects.filter(pk=ticket.pk))

    @extend_schema(
        operation_id="tickets_events", summary="The record", parameters=[NUMBER, AFTER], responses=EventOutput(many=True), filters=False
    )
    @action(detail=True, pagination_class=None)
    def events(self, request: Request, id: str) -> Response:  # noqa: A002
        """Answer the lines of the record that the caller may read, oldest first."""
        events = selectors.record(self._ticket(id), self.person).filter(seq__gt=self._after())
        output = EventOutput(context=self.get_serializer_context())
        return Response([output.to_representation(event) for event in events])

    @extend_schema(
        operation_id="tickets_clocks",
        summary="The clocks of all cycles",
        parameters=[NUMBER],
        responses=ClockOutput(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def clocks(self, request: Request, id: str) -> Response:  # noqa: A002
        """Answer every clock of the ticket, those of earlier cycles too, in the order of the plan."""
        views = selectors.clock_views(self._promised(id), now(), all_cycles=True)
        output = ClockOutput()
        return Response([output.to_representation(view) for view in views])

    @extend_schema(operation_id="tickets_explain", summary="Why a clock stands as it does", parameters=[NUMBER], responses=WhyOutput)
    @action(detail=True, url_path=r"clocks/(?P<clock>[0-9]{1,18})/explain", url_name="explain")
    def explain(self, request: Request, id: str, clock: str) -> Response:  # noqa: A002
        """Answer how the clock came about: what was promised, what moved it, each stretch and pause, who was told when."""
        told = why(self._promised(id), int(clock), self.person, at=now())
        if told is None:
            raise Http404
        return Response(WhyOutput(told).data)

    @extend_schema(operation_id="tickets_turns", summary="Who had the ball", parameters=[NUMBER], responses=TurnsOutput)
    @action(detail=True)
    def turns(self, request: Request, id: str) -> Response:  # noqa: A002
        """Answer whose turn it was, every second from the report to the close; names of our people are for ours only."""
        found = turns_of(record_of(self._ticket(id)), now())
        named = self.person.is_provider
        told = [
            {**turn._asdict(), "who": turn.who if named else "", "start_at": instant(turn.start), "end_at": instant(turn.to)}
            for turn in found
        ]
        told = [{**turn, "seconds": turn["to"] - turn["start"]} for turn in told]
        totals = total(found)
        return Response(TurnsOutput({"turns": told, "totals": totals, "seconds": sum(totals.values())}).data)

    @extend_schema(
        operation_id="tickets_escalations",
        summary="The ladders of the clocks that run",
        parameters=[NUMBER],
        responses=LadderOutput(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def escalations(self, request: Request, id: str) -> Response:  # noqa: A002
        """Answer for each running clock its levels: to come, reached, told, delivered, acknowledged, done. For our own people."""
        ticket = self._promised(id)
        if not self.person.is_provider:
            raise Http404
        return Response(
            LadderOutput(ladders(ticket, list(selectors.escalations_of(ticket)), log.logs([ticket])[ticket.pk], at=now()), many=True).data
        )

    @extend_schema(
        operation_id="tickets_comment",
        summary="Comment",
        parameters=[NUMBER],
        request=inputs.CommentInput,
        responses={201: EventOutput, 200: OpenApiResponse(EventOutput, description="Said before with the same external_id.")},
    )
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, id: str) -> Response:  # noqa: A002
        """Add words to the record; public ones reach the other side."""
        found = self._ticket(id)
        given = self._valid(inputs.CommentInput)
        with transaction.atomic():
            before = services.said_before(found, given["origin"], actor=self.person)
            ticket = services.comment(found, actor=self.person, at=now(), **given)
            # not simply the last line: what was due may have been escalated with it
            event = before or Event.objects.select_related("actor").filter(ticket=ticket, type__in=SAID).latest("seq")
        said = EventOutput(event, context=self.get_serializer_context()).data
        return Response(said) if before else self._made(said, "ticket-events", ticket.number)

    @extend_schema(
        operation_id="tickets_attach",
        summary="Attach a file",
        parameters=[NUMBER],
        request={"multipart/form-data": inputs.AttachInput},
        responses={201: AttachmentOutput},
    )
    @action(detail=True, methods=["post"], parser_classes=[FileParser])
    def attach(self, request: Request, id: str) -> Response:  # noqa: A002
        """Add a file to the record."""
        ticket = self._ticket(id)
        given = self._valid(inputs.AttachInput)
        public = self.person.is_customer or not given["internal"]
        try:
            file = services.attach(ticket, actor=self.person, at=now(), upload=given["file"], is_public=public, origin=given["origin"])
        except BadUpload as refused:  # forms take several files; here it is the one field
            raise BadUpload(refused.sentence, field="file", code=refused.stable_code) from refused
        return self._made(AttachmentOutput(file, context=self.get_serializer_context()).data, "ticket-file", ticket.pk, file.pk)

    @extend_schema(
        operation_id="tickets_file",
        summary="Fetch a file",
        parameters=[NUMBER],
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path=r"files/(?P<file>[0-9]{1,18})", url_name="file", content_negotiation_class=Anything)
    def file(self, request: Request, id: str, file: str) -> FileResponse:  # noqa: A002
        """Answer the content of a file, always as a download."""
        ticket = self._ticket(id)
        found = selectors.attachments_for(self.person).filter(ticket=ticket, pk=file).first()
        if found is None:
            raise Http404
        try:
            content = found.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        tag = {"ETag": f'"{found.sha256}"'}
        return FileResponse(content, as_attachment=True, filename=found.name, content_type=found.content_type, headers=tag)

    def _after(self) -> int:
        """Answer after which line the record is asked for; all of it unless that is a number."""
        given = self.request.query_params.get("after", "")
        return min(int(given), inputs.LARGEST_SEQ) if given.isascii() and given.isdecimal() else 0

    def _made(self, body: dict[str, Any], name: str, *place: Any) -> Response:
        """Answer what was made, and where it stands."""
        headers = {"Location": reverse(name, args=place, request=self.request)}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)

    def move(self, name: str, id: str) -> Response:  # noqa: A002
        """Make a move: find the ticket, see whose move it is, check the words, call the service, answer the ticket."""
        service, accepts, _summary = MOVES[name]
        ticket = self._ticket(id)
        services.check_side(name, self.person)
        given = self._valid(accepts)
        service(ticket, actor=self.person, at=now(), **given)
        return self._answer(Ticket.objects.filter(pk=ticket.pk))

    def _valid(self, accepts: type[Input], *, partial: bool = False) -> dict[str, Any]:
        serializer = accepts(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _ticket(self, key: str) -> Ticket:
        """Find by id or number among what the caller may see."""
        return _found(self.get_queryset(), key)

    def _promised(self, key: str) -> Ticket:
        """Find a ticket with its clocks and their plan."""
        return _found(selectors.with_promises(self.get_queryset()), key)

    def _answer(self, tickets: QuerySet[Ticket]) -> Response:
        """Answer how the one ticket stands."""
        row = selectors.with_names(selectors.with_clocks(list(selectors.ticket_rows(tickets)[:1]), now()))
        if not row:
            raise Http404
        return Response(self._shown(row[0]))


def _found(tickets: QuerySet[Ticket], key: str) -> Ticket:
    ticket = tickets.filter(**_by(key)).first()
    if ticket is None:
        raise Http404
    return ticket


def _by(key: str) -> dict[str, Any]:
    """Answer what a ticket is found by: digits that a key may have are its id, all else its number."""
    is_id = key.isascii() and key.isdecimal() and len(key) < len(str(LARGEST))
    return {"pk": int(key)} if is_id else {"number": key}


def reject(ticket: Ticket, *, actor: User, at: datetime, reason: str = "") -> Ticket:
    """Say that it does not work as it was solved; before there is a solution, that the diagnosis report is wrong."""
    verdict = services.reject_diagnosis if selectors.is_diagnosed(ticket) else services.reject
    return verdict(ticket, actor=actor, at=at, reason=reason)


MOVES: dict[str, tuple[Callable[..., Ticket], type[Input], str]] = {
    "accept": (services.accept, inputs.NoInput, "Take it on"),
    "assign": (services.assign, inputs.AssignInput, "Give it to a person, a team or an office"),
    "register": (services.register, inputs.RegisterInput, "Classify it"),
    "contact": (services.contact, inputs.ContactMoveInput, "Tell the customer something, or log a call"),
    "form-team": (services.form_team, inputs.TeamInput, "Form the emergency team"),
    "ask-department": (services.ask_department, inputs.DepartmentInput, "Send the tracking form to a department"),
    "give-opinion": (services.give_opinion, inputs.OpinionInput, "Record what the department intends"),
    "diagnose": (services.diagnose, inputs.DiagnoseInput, "Deliver the diagnosis report"),
    "reject-diagnosis": (services.reject_diagnosis, inputs.MaybeReasonInput, "Reject the diagnosis report"),
    "agree-remote": (services.agree_remote, inputs.ConsentInput, "Agree to remote support"),
    "start-remote": (services.start_remote, inputs.WordsInput, "Begin remote support"),
    "end-remote": (services.end_remote, inputs.EndRemoteInput, "End remote support"),
    "request-onsite": (services.request_onsite, inputs.MaybeReasonInput, "Ask for somebody to come"),
    "hold": (services.hold, inputs.HoldInput, "Wait for somebody else"),
    "resume": (services.resume, inputs.WordsInput, "Go on"),
    "move-arrival": (services.move_arrival, inputs.ArrivalInput, "It is expected at another time"),
    "object": (services.object_to_pause, inputs.ObjectionInput, "Object to a pause"),
    "uphold-objection": (services.uphold_objection, inputs.UpholdInput, "Withdraw a pause that was objected to"),
    "refuse-objection": (services.refuse_objection, inputs.ObjectionInput, "Let a pause stand that was objected to"),
    "set-severity": (services.set_severity, inputs.SeverityInput, "Change the severity"),
    "stopgap": (services.stopgap, inputs.StopgapInput, "Put a stop-gap in place"),
    "raise-tier": (services.raise_tier, inputs.RaiseInput, "Hand it to an expert or the vendor"),
    "take-over": (services.take_over, inputs.TakeOverInput, "Take it over, or say that the vendor did"),
    "resolve": (services.resolve, inputs.ResolveInput, "Say how it was solved"),
    "confirm": (services.confirm, inputs.WordsInput, "Confirm the solution"),
    "reject": (reject, inputs.MaybeReasonInput, "Reject the solution, or the diagnosis report"),
    "reopen": (services.reopen, inputs.MaybeReasonInput, "Open it again"),
    "close": (services.close, inputs.MaybeReasonInput, "Close it without the customer's word"),
    "cancel": (services.cancel, inputs.MaybeReasonInput, "It is not needed any more"),
    "follow-up": (services.follow_up, inputs.FollowUpInput, "Ask whether it came back"),
}


def _add(name: str, service: Callable[..., Ticket], accepts: type[Input], summary: str) -> None:
    """Give the view set a POST for a move, described in the schema."""

    def view(self: TicketViewSet, request: Request, id: str) -> Response:  # noqa: A002
        return self.move(name, id)

    view.__name__ = name.replace("-", "_")
    view.__doc__ = (service.__doc__ or "").strip()
    described = extend_schema(
        operation_id=f"tickets_{view.__name__}", summary=summary, parameters=[NUMBER], request=accepts, responses=TicketOutput
    )
    setattr(TicketViewSet, view.__name__, described(action(detail=True, methods=["post"], url_path=name)(view)))


for _name, _move in MOVES.items():
    _add(_name, *_move)
