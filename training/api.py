"""Training over REST: courses and certificates to read, sessions through their whole life. Strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import PROVIDER_ONLY, who
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.time import now
from training import selectors, services
from training.models import Certificate, Course, NamedEngineer, Session, StaffCertificate
from training.serializers import (
    AttendanceInput,
    AttendeeDetail,
    AttendeeInput,
    AttendeeOutput,
    CourseOutput,
    MaterialOutput,
    NamedEngineerOutput,
    StaffCertificateOutput,
    TrainingCancelInput,
    TrainingCertificateOutput,
    TrainingInput,
    TrainingMoveInput,
    TrainingOutput,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer


class StaffOnly(BasePermission):
    """Only our own people."""

    message = PROVIDER_ONLY

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller works for the service provider."""
        return who(request).is_provider


STAFF: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, StaffOnly]


class CourseFilter(filters.FilterSet):
    """By kind and whether it is offered."""

    updated_since = ChangedSince()

    class Meta:
        model = Course
        fields = ("code", "kind", "is_active")


@extend_schema_view(list=extend_schema(summary="Courses"), retrieve=extend_schema(summary="A course"))
class CourseViewSet(ReadOnlyModelViewSet[Course]):
    """What is taught."""

    queryset = Course.objects.none()
    serializer_class = CourseOutput
    filterset_class = CourseFilter
    pagination_class = KeysetPagination
    page_by = "code"
    page_descending = False
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Course]:
        """Answer what the caller may see."""
        return selectors.course_page(who(self.request))

    @extend_schema(summary="Newest versions of a course's files, as far as the caller may have them", responses=MaterialOutput(many=True))
    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def materials(self, request: Request, pk: str) -> Response:
        """Answer the files."""
        rows = selectors.newest_material(selectors.materials_for(who(request)).filter(course=self.get_object()))
        return Response(MaterialOutput(rows, many=True).data)


class SessionFilter(filters.FilterSet):
    """By course, customer, contract, office, state and time."""

    course = filters.CharFilter("course__code")
    kind = filters.CharFilter("course__kind")
    organization = IdFilter("organization_id")
    contract = IdFilter("contract_id")
    office = filters.CharFilter("office__code")
    starts_after = filters.IsoDateTimeFilter("starts_at", "gte")
    starts_before = filters.IsoDateTimeFilter("starts_at", "lt")
    updated_since = ChangedSince(parts=("attendees",))

    class Meta:
        model = Session
        fields = ("status", "course", "kind", "organization", "contract", "office")


@extend_schema_view(list=extend_schema(summary="Trainings, latest first"), retrieve=extend_schema(summary="A training"))
class SessionViewSet(ReadOnlyModelViewSet[Session]):
    """Sessions of courses: planned, announced, held, closed."""

    queryset = Session.objects.none()
    serializer_class = TrainingOutput
    filterset_class = SessionFilter
    pagination_class = KeysetPagination
    page_by = "starts_at"
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Session]:
        """Answer what the caller may see."""
        return selectors.with_places(selectors.sessions_for(who(self.request)))

    def _given(self, accepts: type[BaseSerializer[Any]]) -> dict[str, Any]:
        serializer = accepts(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _facts(self) -> dict[str, Any]:
        return {"actor": who(self.request), "at": now()}

    def _answer(self, row: Session, code: int = status.HTTP_200_OK) -> Response:
        return Response(TrainingOutput(selectors.with_places(Session.objects.filter(pk=row.pk)).get()).data, status=code)

    @extend_schema(summary="Plan a training", request=TrainingInput, responses={201: TrainingOutput})
    def create(self, request: Request) -> Response:
        """Plan a session; nobody outside is told before it is announced."""
        services.must_dispatch(who(request))
        return self._answer(services.plan(services.Draft(**self._given(TrainingInput)), **self._facts()), status.HTTP_201_CREATED)

    @extend_schema(summary="Announce it: everybody on the list is invited", request=None, responses=TrainingOutput)
    @action(detail=True, methods=["post"])
    def announce(self, request: Request, pk: str) -> Response:
        """Announce it."""
        return self._answer(services.announce(self.get_object(), **self._facts()))

    @extend_schema(summary="Move it to another time", request=TrainingMoveInput, responses=TrainingOutput)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Move it."""
        return self._answer(services.move(self.get_object(), **self._given(TrainingMoveInput), **self._facts()))

    @extend_schema(summary="Call it off", request=TrainingCancelInput, responses=TrainingOutput)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call it off."""
        return self._answer(services.cancel(self.get_object(), **self._given(TrainingCancelInput), **self._facts()))

    @extend_schema(summary="It was held: the attendance sheet waits for its signature", request=None, responses=TrainingOutput)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """Say that it was held."""
        row = self.get_object()
        services.hold(row, **self._facts())
        return self._answer(row)

    @extend_schema(summary="Close it: certificates are issued, what is owed is met", request=None, responses=TrainingOutput)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close it."""
        return self._answer(services.close(self.get_object(), **self._facts()))

    def _people(self, row: Session) -> Response:
        people = row.attendees.select_related("certificate").order_by("pk")
        return Response(AttendeeDetail(people, many=True, context=self.get_serializer_context()).data)

    @extend_schema(
        methods=["get"], operation_id="training_sessions_attendees_list", summary="Who is on the list", responses=AttendeeDetail(many=True),
        filters=False,
    )  # fmt: skip
    @extend_schema(methods=["post"], summary="Put somebody on the list", request=AttendeeInput, responses={201: AttendeeOutput})
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def attendees(self, request: Request, pk: str) -> Response:
        """Answer the list, or add to it."""
        row = self.get_object()
        if request.method == "GET":
            return self._people(row)
        made = services.invite(row, **self._given(AttendeeInput), **self._facts())
        return Response(AttendeeOutput(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Note who was there, or the points of the test", request=AttendanceInput, responses=AttendeeDetail(many=True), filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def attendance(self, request: Request, pk: str) -> Response:
        """Note presence while it is announced, points once it was held; all rows are taken or none."""
        row = self.get_object()
        services.must_teach(row, who(request))
        lines = self._given(AttendanceInput)["attendance"]
        with transaction.atomic():
            for line in lines:
                if "presence" in line:
                    someone = get_object_or_404(row.attendees, pk=line["attendee"])
                    services.mark(someone, present=line["presence"] == "present", **self._facts())
            if points := {line["attendee"]: line["score"] for line in lines if "score" in line}:
                services.score(row, points, **self._facts())
        return self._people(row)


class CertificateFilter(filters.FilterSet):
    """By number, customer, course and how long it is valid."""

    organization = IdFilter("organization_id")
    course = filters.CharFilter("session__course__code")
    valid_until_before = filters.DateFilter("valid_until", "lt")
    updated_since = ChangedSince()

    class Meta:
        model = Certificate
        fields = ("number", "organization", "course")


@extend_schema_view(
    list=extend_schema(summary="Training certificates, newest first"), retrieve=extend_schema(summary="A training certificate")
)
class CertificateViewSet(ReadOnlyModelViewSet[Certificate]):
    """Certificates: one's own, a supervisor's organization's; ours see all."""

    queryset = Certificate.objects.none()
    serializer_class = TrainingCertificateOutput
    filterset_class = CertificateFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Certificate]:
        """Answer what the caller may see."""
        return selectors.certificates_for(who(self.request)).select_related("session__course", "document")


class StaffCertificateFilter(filters.FilterSet):
    """By person, skill, number and last day."""

    person = IdFilter("person_id")
    skill = filters.CharFilter("skill__code")
    expires_on_before = filters.DateFilter("expires_on", "lt")
    updated_since = ChangedSince()

    class Meta:
        model = StaffCertificate
        fields = ("number", "person", "skill")


@extend_schema_view(
    list=extend_schema(summary="Certificates of our own people"), retrieve=extend_schema(summary="A certificate of one of our own people")
)
class StaffCertificateViewSet(ReadOnlyModelViewSet[StaffCertificate]):
    """What our own people may do, for staff."""

    queryset = StaffCertificate.objects.none()
    serializer_class = StaffCertificateOutput
    permission_classes = STAFF
    filterset_class = StaffCertificateFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[StaffCertificate]:
        """Answer all of them, the withdrawn as well."""
        return selectors.staff_certificates_for(who(self.request))


class NamedEngineerFilter(filters.FilterSet):
    """By contract and person."""

    contract = IdFilter("contract_id")
    person = IdFilter("person_id")
    updated_since = ChangedSince()

    class Meta:
        model = NamedEngineer
        fields = ("contract", "person")


@extend_schema_view(
    list=extend_schema(summary="Engineers whom contracts name"), retrieve=extend_schema(summary="An engineer whom a contract names")
)
class NamedEngineerViewSet(ReadOnlyModelViewSet[NamedEngineer]):
    """Whom contracts name: customers read those of their own contracts, without what is amiss."""

    queryset = NamedEngineer.objects.none()
    serializer_class = NamedEngineerOutput
    filterset_class = NamedEngineerFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[NamedEngineer]:
        """Answer what the caller may see."""
        return selectors.with_papers(selectors.named_for(who(self.request)))

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the day, and whether the caller is one of ours."""
        given = super().get_serializer_context()
        user = self.request.user
        return {**given, "today": timezone.localdate(now()), "for_staff": getattr(user, "is_provider", False)}
