"""Periods of heightened service: written, announced, and who is on duty in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError

from accounts.access import who
from accounts.keepers import ManagersOnly
from core.errors import Invalid
from customers import selectors, services
from customers.api.keeping import Keeping, described
from customers.filters import PeriodFilter
from customers.models import HeightenedPeriod
from customers.serializers import DutyInput, PeriodInput, PeriodOutput, RelievedInput

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

    from accounts.models import User


def _relieve(period: HeightenedPeriod, *, duty: int, actor: User, at: datetime) -> None:
    row = period.duties.filter(pk=duty).first()
    if row is None:
        raise Invalid(_("There is nothing with the id %(id)s that you may see.") % {"id": duty}, field="duty", code="does_not_exist")
    services.relieve(row, actor=actor, at=at)


@described("Periods of heightened service, newest first", "A period of heightened service")
class PeriodViewSet(Keeping):
    """Periods of heightened service, newest first; customers read those of theirs that were announced."""

    queryset = HeightenedPeriod.objects.none()
    serializer_class = PeriodOutput
    filterset_class = PeriodFilter
    keepers: ClassVar = {
        "create": ManagersOnly,
        "partial_update": ManagersOnly,
        "announce": ManagersOnly,
        "duty": ManagersOnly,
        "relieve": ManagersOnly,
    }

    def get_queryset(self) -> QuerySet[HeightenedPeriod]:
        """Answer those the caller may see."""
        return selectors.periods_for(who(self.request)).prefetch_related("organizations", "agreed", "duties__person")

    @extend_schema(summary="Write a period", request=PeriodInput, responses={201: PeriodOutput})
    def create(self, request: Request) -> Response:
        """Begin a draft; it holds once it is announced: managers."""
        row = self._saved(None, self.given(PeriodInput))
        return self.answer(row.pk, is_new=True)

    @extend_schema(summary="Change a period", request=PeriodInput, responses=PeriodOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; `targets` as a whole. It holds for what is reported from then on: managers."""
        row = self.get_object()
        self._saved(row, {**self._known(row), **self.given(PeriodInput, partial=True)})
        return self.answer(row.pk)

    def _saved(self, row: HeightenedPeriod | None, facts: dict[str, Any]) -> HeightenedPeriod:
        """Save it; a time that cannot be is pointed at where programs send it."""
        try:
            return services.save_period(row, **facts, **self.who_and_when())
        except Invalid as refusal:
            if refusal.field not in services.MEASURES:
                raise
            raise ValidationError({"targets": {refusal.field: [str(refusal)]}}, refusal.stable_code) from refusal

    def _known(self, row: HeightenedPeriod) -> dict[str, Any]:
        names = ("name", "name_en", "starts_at", "ends_at", "note")
        targets = {each.measure: each.target for each in row.agreed.all()}
        return {**{name: getattr(row, name) for name in names}, "organizations": list(row.organizations.all()), "targets": targets}

    @extend_schema(summary="Announce a period", request=None, responses=PeriodOutput)
    @action(detail=True, methods=["post"])
    def announce(self, request: Request, pk: str) -> Response:
        """Have it hold, and tell both sides; once: managers."""
        return self.done(services.announce_period)

    @extend_schema(summary="Put somebody on duty", request=DutyInput, responses=PeriodOutput)
    @action(detail=True, methods=["post"])
    def duty(self, request: Request, pk: str) -> Response:
        """Put a person of ours on the roster, within the period: managers."""
        return self.done(services.put_on_duty, DutyInput)

    @extend_schema(summary="Take somebody off the roster", request=RelievedInput, responses=PeriodOutput)
    @action(detail=True, methods=["post"])
    def relieve(self, request: Request, pk: str) -> Response:
        """End a duty: managers."""
        return self.done(_relieve, RelievedInput)
