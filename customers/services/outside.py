"""Things that other programs enter: each once, whatever its sender missed, and found again by the sender's own id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.foreign import Foreign, ForeignId, known
from customers.errors import IdTaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

Row = TypeVar("Row", bound=Foreign)


def once(
    model: type[Row], create: Callable[..., Row], /, *given: Any, external_id: str = "", external_source: str = "", **facts: Any
) -> tuple[Row, bool]:
    """Make a row with `create`, or answer the one that this source has named so; and whether it is new.

    Sent twice at once it is made once: who was slower is answered what the other has made.
    """
    named = {"external_id": external_id, "external_source": external_source if external_id else ""}
    if found := called(model, **named):
        return found, False
    try:
        return create(*given, **facts, **named), True
    except DomainError:
        if found := called(model, **named):
            return found, False
        raise


def called(model: type[Row], /, *, external_id: str, external_source: str) -> Row | None:
    """Answer the row that a source calls so; with no id none."""
    return known(model, ForeignId(external_source, external_id))


def must_hang_on(row: Any, thing: Model) -> None:
    """Refuse to answer what this source has named so about another thing. Raises IdTaken."""
    if row.equipment_id != thing.pk:
        raise IdTaken(_("This external id names another one already; choose another."), field="external_id")


def named(row: Foreign, *, external_id: str, external_source: str) -> dict[str, str]:
    """Answer the facts by which a row that is here already gets a source's id, or loses it. Raises IdTaken for what is another's."""
    if row.external_id and row.external_source != external_source:
        raise IdTaken(_("Another program has named this; it has to let it go first."), field="external_id")
    other = called(type(row), external_id=external_id, external_source=external_source)
    if other is not None and other.pk != row.pk:
        raise IdTaken(_("This external id names another one already; choose another."), field="external_id")
    return {"external_id": external_id, "external_source": external_source if external_id else ""}
