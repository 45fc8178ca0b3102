"""Narrowing lists for programs: what is misspelt is refused, a list that is longer than was asked for would go unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.forms import NullBooleanField
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from django_filters.utils import translate_validation
from rest_framework.exceptions import ErrorDetail, ValidationError

from core.pages import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from rest_framework.request import Request

EVERYWHERE = ("format",)


class IdFilter(filters.NumberFilter):
    """The id of a row; one that no row can have is refused instead of overflowing the database's numbers."""

    def __init__(self, field_name: str | None = None, **given: Any) -> None:
        super().__init__(field_name, **{"min_value": -LARGEST, "max_value": LARGEST, **given})


class ChangedSince(filters.IsoDateTimeFilter):
    """Rows that were made or changed from an instant on, as their history tells: it has an index in the order of time.

    ``parts`` is what is read as part of a row and has a history of its own: the names by which the row knows it.
    """

    def __init__(self, *, parts: tuple[str, ...] = (), **given: Any) -> None:
        self.parts = parts
        super().__init__(**{"help_text": "Made or changed at this instant or later.", **given})

    def filter(self, qs: QuerySet[Any], value: datetime | None) -> QuerySet[Any]:
        """Keep those."""
        if value is None:
            return qs
        model: Any = qs.model
        found = Q(pk__in=model.history.filter(history_date__gte=value).values(model._meta.pk.attname))
        for name in self.parts:
            part = model._meta.get_field(name).remote_field
            changed = part.model.history.filter(history_date__gte=value).exclude(**{part.attname: None})
            found |= Q(pk__in=changed.values(part.attname))
        return qs.filter(found)


class OwnId(filters.CharFilter):
    """The id that a program has given a row itself; of our people, who share theirs, any row that is called so."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"help_text": "The id that you have given it. A person's token finds what any program calls so.", **given})

    def filter(self, qs: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        """Keep those."""
        if not value:
            return qs
        source = str(getattr(getattr(self.parent.request, "auth", None), "source", ""))
        named = qs.filter(external_id=value)
        return named.filter(external_source=source) if source else named


class StrictFilters(filters.DjangoFilterBackend):
    """Takes the filters a view names and nothing else, and only values that a column could hold."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Keep what was asked for; refuse what cannot be asked."""
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            if view.paginator is not None and not view.detail:
                _check_names(request, [*_of_pages(view), *EVERYWHERE])
            return queryset
        if not view.detail:
            _check_names(request, [*filterset.filters, *_of_pages(view), *EVERYWHERE])
            _check_words(request, filterset.filters)
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        if wrong := dict(_wrong(filterset.form)):
            raise ValidationError(wrong)
        return filterset.qs


def _of_pages(view: Any) -> Iterator[str]:
    if view.paginator is not None:
        yield from (row["name"] for row in view.paginator.get_schema_operation_parameters(view))


def _check_names(request: Request, known: list[str]) -> None:
    sentence = _("This filter is not known; known are: %(names)s.") % {"names": ", ".join(sorted(known))}
    unknown = {name: [ErrorDetail(sentence, "unknown")] for name in request.query_params if name not in known}
    if unknown:
        raise ValidationError(unknown)


def _check_words(request: Request, filters: Any) -> None:
    """Refuse a filter that says nothing: a program whose variable is empty would be told of everything."""
    said = [ErrorDetail(_("Say what to look for, or leave the filter out."), "blank")]
    empty = {name: said for name in filters if name in request.query_params and not any(request.query_params.getlist(name))}
    if empty:
        raise ValidationError(empty)


def _wrong(form: Any) -> Iterator[tuple[str, list[ErrorDetail]]]:
    """Yield the filters whose values a form takes and no column holds."""
    for name, value in form.cleaned_data.items():
        if isinstance(value, Decimal) and (value != value.to_integral_value() or abs(value) > LARGEST):
            yield name, [ErrorDetail(_("Enter a whole number."), "invalid")]
        elif isinstance(value, datetime) and not _is_instant(value):
            yield name, [ErrorDetail(_("Enter a moment that a calendar has."), "invalid")]
        elif value is None and isinstance(form.fields[name], NullBooleanField) and form.data.get(name):
            yield name, [ErrorDetail(_("Enter true or false."), "invalid")]


def _is_instant(value: datetime) -> bool:
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True
