"""What the keys of figures are called, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Office, User
from customers.models import Organization
from sla import selectors as promises
from sla.models import PlanVersion
from sla.words import spoken
from tickets import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model


def promise_names() -> dict[str, str]:
    """Answer what the plans call each promise, in their order; where plans differ, all their words."""
    names: dict[str, list[str]] = {}
    newest: dict[int, int] = dict(PlanVersion.objects.order_by("plan__code", "number").values_list("plan", "pk"))
    for version in newest.values():
        for promise in promises.engine_plan(version).promises:
            said = spoken(promise.name)
            known = names.setdefault(promise.code, [])
            known.extend([said] * (said not in known))
    return {code: " / ".join(said) for code, said in names.items()}


def severity_names() -> dict[str, str]:
    """Answer the plain words for severities; plans have their own, this speaks for all."""
    return {str(number): f"{number} · {name}" for number, (name, _meaning) in words.PLAIN_SEVERITIES.items()}


def office_names() -> dict[str, str]:
    """Answer what the offices are called."""
    return _names(Office, None)


def customer_names(keys: Iterable[str]) -> dict[str, str]:
    """Answer what these customers are called."""
    return _names(Organization, keys)


def people_names(keys: Iterable[str]) -> dict[str, str]:
    """Answer the names of these people."""
    return _names(User, keys)


def _names(model: type[Model], keys: Iterable[str] | None) -> dict[str, str]:
    rows = model._default_manager.all() if keys is None else model._default_manager.filter(pk__in=list(keys))
    return {str(row.pk): str(row) for row in rows}
