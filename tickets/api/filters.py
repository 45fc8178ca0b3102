"""What a list of tickets can be narrowed down by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import MultipleChoiceField
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters

from core.api_fields import SYNONYMS
from core.api_filters import IdFilter
from tickets import selectors
from tickets.models import Channel, Kind, Status, Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet


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
    number = filters.CharFilter()
    external_id = filters.CharFilter()
    q = filters.CharFilter(method="search", label=_("words that must all occur"))
    created_since = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def search(self, tickets: QuerySet[Ticket], name: str, words: str) -> QuerySet[Ticket]:
        """Keep what contains the words."""
        return selectors.matching(tickets, words)
