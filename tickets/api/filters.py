"""What a list of tickets can be narrowed down by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import MultipleChoiceField
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters

from core.api_fields import SYNONYMS
from core.api_filters import IdFilter
from tickets import selectors, workflow
from tickets.models import Channel, Kind, Status, Ticket, WaitOwner

if TYPE_CHECKING:
    from django.db.models import QuerySet


SLACK = "slack"


class _Words(MultipleChoiceField):
    """Some of a few words: named one by one or with commas between them, however they are spelt."""

    def to_python(self, value: Any) -> list[str]:
        """Answer the words as the product writes them."""
        words = [word.strip() for given in super().to_python(value) for word in given.split(",")]
        return [SYNONYMS.get(word, word) for word in words]


class WordsFilter(filters.MultipleChoiceFilter):
    """Any of the words that are named."""

    field_class = _Words

    def filter(self, qs: QuerySet[Ticket], value: list[str]) -> QuerySet[Ticket]:
        """Keep those; without the DISTINCT of the library, for which the whole list would be sorted to answer one page."""
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class TicketFilter(filters.FilterSet):
    """What a list of tickets can be narrowed down by."""

    kind = WordsFilter(choices=Kind.choices)
    status = WordsFilter(choices=Status.choices)
    channel = WordsFilter(choices=Channel.choices)
    severity = filters.NumberFilter(min_value=1, max_value=4)
    organization = IdFilter()
    site = IdFilter()
    equipment = IdFilter()
    assignee = IdFilter()
    office = IdFilter(help_text="Who handles it.")
    team = IdFilter(method="ours", help_text="For our own people: others find nothing.")
    tag = filters.CharFilter("tags__name", method="ours", help_text="The name of a tag. For our own people: others find nothing.")
    wait_owner = WordsFilter(choices=WaitOwner.choices, help_text="In whose hands it waits.")
    order = filters.ChoiceFilter(
        choices=[("newest", _("newest first")), (SLACK, _("least slack first"))],
        method="in_order",
        empty_label=None,
        help_text="`slack`: the open tickets as the queue has them, what is due next first. Else the newest first.",
    )
    number = filters.CharFilter()
    external_id = filters.CharFilter()
    q = filters.CharFilter(method="search", label=_("words that must all occur"))
    created_since = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def ours(self, tickets: QuerySet[Ticket], name: str, value: Any) -> QuerySet[Ticket]:
        """Narrow by what customers are not shown."""
        person = getattr(self.request, "user", None)
        return tickets.filter(**{name: value}) if person is not None and person.is_provider else tickets.none()

    def in_order(self, tickets: QuerySet[Ticket], _name: str, order: str) -> QuerySet[Ticket]:
        """Keep the open ones for the order of the queue; the pages have the order itself."""
        return tickets.filter(status__in=workflow.OPEN) if order == SLACK else tickets

    def search(self, tickets: QuerySet[Ticket], name: str, words: str) -> QuerySet[Ticket]:
        """Keep what contains the words."""
        return selectors.matching(tickets, words)
