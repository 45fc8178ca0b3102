"""Visits for programs: what may be seen, and the steps; what the caller may not see is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import DISPATCHER_ONLY, who
from accounts.rest import Deeds
from core import foreign
from core.api_files import sent
from core.api_filters import IdFilter
from core.api_negotiation import Anything
from core.api_pages import KeysetPagination
from core.errors import NotAllowed
from core.foreign import Differs
from visits import selectors, serializers, services
from visits.models import Purpose, Status, Visit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import FileResponse
    from rest_framework.request import Request

    from accounts.models import User
    from core.api_fields import Input

ID = OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH, description="The visit's id.")


class VisitFilter(filters.FilterSet):
    """By ticket, state, people and time."""

    ticket = filters.CharFilter(method="of_ticket", help_text="The ticket's id or its number.")
    status = filters.MultipleChoiceFilter(choices=Status.choices)
    purpose = filters.ChoiceFilter(choices=Purpose.choices)
    engineer = IdFilter(method="of_engineer", help_text="Who leads the visit or comes along.")
    office = IdFilter("office_id")
    starts_from = filters.IsoDateTimeFilter("starts_at", "gte")
    starts_to = filters.IsoDateTimeFilter("starts_at", "lt")
    external_id = filters.CharFilter()
    updated_since = filters.IsoDateTimeFilter("updated_at", "gte")

    class Meta:
        model = Visit
        fields = ("ticket", "status", "purpose", "engineer", "office", "external_id")

    def of_ticket(self, visits: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Narrow by id or number."""
        is_id = value.isascii() and value.isdecimal() and len(value) < 19  # noqa: PLR2004 - what a key may have
        return visits.filter(ticket_id=int(value)) if is_id else visits.filter(ticket__number=value)

    def of_engineer(self, visits: QuerySet[Visit], _name: str, value: Any) -> QuerySet[Visit]:
        """Narrow by who travels."""
        helped = Visit.helpers.through.objects.filter(user=int(value)).values("visit")
        return visits.filter(Q(lead=int(value)) | Q(pk__in=helped))


@extend_schema_view(
    list=extend_schema(summary="Visits, newest first", responses=serializers.VisitOutput(many=True)),
    retrieve=extend_schema(summary="One visit with its record", parameters=[ID], responses=serializers.VisitDetail),
)
class VisitViewSet(Deeds, ReadOnlyModelViewSet[Visit]):
    """Plan, read and make visits."""

    queryset = Visit.objects.none()
    serializer_class = serializers.VisitOutput
    filterset_class = VisitFilter
    pagination_class = KeysetPagination
    page_by = "pk"
    page_descending = True
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"

    def get_serializer_class(self) -> type[serializers.VisitOutput]:
        """Answer the record for one visit only."""
        return serializers.VisitOutput if self.action == "list" else serializers.VisitDetail

    def get_queryset(self) -> QuerySet[Visit]:
        """Answer those the caller may see."""
        visits = selectors.visits_for(who(self.request))
        if self.action == "list":
            return selectors.with_people_and_places(visits)
        return selectors.with_record(visits).prefetch_related("photos")

    @extend_schema(
        summary="Plan",
        request=serializers.NewVisitInput,
        responses={
            201: serializers.VisitDetail,
            200: OpenApiResponse(
                serializers.VisitDetail, description="Planned before with the same external_id; time and people are as sent."
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Plan a visit for a ticket; its on-site promises begin with the first one.

        The same ``external_id`` again gives that visit the time and the people that are sent, as `schedule` does.
        """
        if not who(request).is_provider:
            raise NotAllowed(_("Visits are planned by us. Ask for on-site work on the ticket."))
        given = self.given(serializers.NewVisitInput)
        external = self.foreign(given.pop("external_id"))
        draft = services.VisitDraft(**{**given, "helpers": given.get("helpers", [])})
        return self.made_or_known(services.plan(draft, **self.facts(), external=external), "visit-detail", self._sent_again)

    def _sent_again(self, visit: Visit) -> None:
        """Put right when it is made and by whom; what it is for stays."""
        sent = self.sent_again(serializers.NewVisitInput)
        arranged = {name: sent[name] for name in ARRANGED if name in sent}
        fixed = {name: sent[name] for name in ("ticket", "reason", "skill") if sent.get(name)}
        if other := foreign.differing(visit, fixed):
            words = _("Visit %(number)s was planned with this external id for something else; plan another under another id.")
            raise Differs(words % {"number": visit.number}, other)
        if foreign.differing(visit, arranged):
            stands = {name: getattr(visit, name) for name in ("lead", "starts_at", "ends_at")}
            services.schedule(visit, **{**stands, **arranged}, **self.facts())

    @extend_schema(
        operation_id="visits_photo_file",
        summary="Fetch a picture of a visit",
        parameters=[ID],
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path=r"photos/(?P<file>[0-9]{1,18})", url_name="photo-file", content_negotiation_class=Anything)
    def photo_file(self, request: Request, id: str, file: str) -> FileResponse:  # noqa: A002 - the route's own name
        """Answer the picture, always as a download."""
        row = selectors.photos_for(who(request)).filter(visit=self.get_object(), pk=file).first()
        if row is None:
            raise Http404
        return sent(row.file, name=f"{id}-{row.pk}", kind=row.content_type, sha256=row.sha256)

    def step(self, name: str) -> Response:
        """Take a step: find the visit, see whose step it is, check the words, call the service, answer the visit."""
        service, accepts, _summary = STEPS[name]
        visit = self.get_object()
        if name not in THEIRS_TOO and not who(self.request).is_provider:
            raise NotAllowed(_("This step is up to the engineers of the visit."))
        if name in DISPATCHED and not who(self.request).dispatches:
            raise NotAllowed(DISPATCHER_ONLY)
        service(visit, **self.given(accepts), **self.facts())
        return Response(self.whole(visit.pk))


def _arrange(visit: Visit, *, lead: User | None, starts_at: datetime | None, ends_at: datetime | None, **given: Any) -> Visit:
    return services.arrange(visit, services.Slot(lead, starts_at, ends_at), **given)


def _photo(visit: Visit, *, file: Any, **given: Any) -> Visit:
    return services.add_photo(visit, file, **given)


ARRANGED = ("lead", "helpers", "starts_at", "ends_at")
DISPATCHED = frozenset({"arrange"})
THEIRS_TOO = frozenset({"approve-plan", "reject-plan"})
STEPS: dict[str, tuple[Callable[..., Any], type[Input], str]] = {
    "schedule": (services.schedule, serializers.ScheduleInput, "Set when it is made and by whom"),
    "arrange": (_arrange, serializers.AssignVisitInput, "Give it to somebody at a time, unless something speaks against it"),
    "depart": (services.depart, serializers.StepInput, "The engineer is on the way"),
    "check-in": (services.check_in, serializers.CheckInInput, "The engineer has arrived"),
    "note": (services.note_work, serializers.NoteInput, "Note what is done on site"),
    "photo": (_photo, serializers.PhotoInput, "Keep a picture"),
    "check-out": (services.check_out, serializers.CheckOutInput, "The engineer leaves"),
    "fail": (services.fail, serializers.FailInput, "Nothing could be done"),
    "cancel": (services.cancel, serializers.CancelInput, "Call it off"),
    "propose-plan": (services.propose_plan, serializers.ProposeInput, "Propose a plan of work"),
    "approve-plan": (services.approve_plan, serializers.AnswerInput, "The customer approves the plan of work"),
    "reject-plan": (services.reject_plan, serializers.AnswerInput, "The customer rejects the plan of work"),
    "override-approval": (services.override_approval, serializers.OverrideInput, "Begin before the customer's word, for safety"),
    "issue-paper": (services.issue_paper, serializers.PaperInput, "Issue a paper to be signed"),
    "correct-confirmation": (services.correct_confirmation, serializers.CorrectInput, "Correct a service confirmation: a new version"),
}


def _add(name: str, service: Callable[..., Any], accepts: type[Input], summary: str) -> None:
    """Give the view set a POST for a step, described in the schema."""

    def view(self: VisitViewSet, request: Request, id: str) -> Response:  # noqa: A002 - the route's own name
        return self.step(name)

    view.__name__ = name.replace("-", "_")
    view.__doc__ = (service.__doc__ or summary).strip()
    takes: Any = {"multipart/form-data": accepts} if name == "photo" else accepts
    described = extend_schema(
        operation_id=f"visits_{view.__name__}", summary=summary, parameters=[ID], request=takes, responses=serializers.VisitDetail
    )
    setattr(VisitViewSet, view.__name__, described(action(detail=True, methods=["post"], url_path=name)(view)))


for _name, _step in STEPS.items():
    _add(_name, *_step)
