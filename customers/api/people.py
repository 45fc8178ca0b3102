"""The customers' people, for the provider's programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action

from accounts.access import who
from accounts.keepers import ManagersOnly, StaffOnly
from customers import selectors, services
from customers.api.keeping import Keeping, described, enters
from customers.filters import PersonFilter
from customers.models import Membership
from customers.serializers import PersonChangeInput, PersonInput, PersonOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response


@described("The customers' people, newest first", "A customer's person")
class PersonViewSet(Keeping):
    """The customers' people, newest first."""

    queryset = Membership.objects.none()
    serializer_class = PersonOutput
    filterset_class = PersonFilter
    keepers: ClassVar = {
        "list": StaffOnly,
        "create": ManagersOnly,
        "partial_update": ManagersOnly,
        "activate": ManagersOnly,
        "deactivate": ManagersOnly,
    }

    def get_queryset(self) -> QuerySet[Membership]:
        """Answer those the caller may see."""
        return selectors.people_for(who(self.request)).select_related("user").prefetch_related("sites")

    @enters("Add a customer's person", PersonInput, PersonOutput)
    def create(self, request: Request) -> Response:
        """Make an account without a password and its place: managers. Nobody is invited; a password is asked for by mail.

        The same `external_id` again changes that one.
        """
        return self.entered(PersonInput, services.add_person, services.update_person, of="organization", stays="organization user.email")

    @extend_schema(summary="Change a customer's person", request=PersonChangeInput, responses=PersonOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is known of them, what they are and what they see: managers."""
        return self.changed(PersonChangeInput, services.update_person)

    @extend_schema(summary="Let a customer's person in again", request=None, responses=PersonOutput)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Switch their account on: managers."""
        return self.done(services.activate_person)

    @extend_schema(summary="Switch a customer's person off", request=None, responses=PersonOutput)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """Switch their account off, and with it their tokens; what they did stays theirs: managers."""
        return self.done(services.deactivate_person)
