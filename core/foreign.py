"""Things that other programs make: under an id of theirs a thing is made once, however often they ask."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class IdTaken(DomainError):
    """The other program's id names something else already, or the thing is another program's."""

    code = "external_id_taken"

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("This external id names another one already; choose another."), field="external_id")


class IdGone(IdTaken):
    """The other program's id names something that its account may not see."""

    def __init__(self) -> None:
        super().__init__(_("This external id already names something that you may not see; choose another."))


class Differs(DomainError):
    """The same external id came with other data, of what is not changed by sending it again."""

    code = "external_id_differs"

    def __init__(self, sentence: str, fields: Iterable[str], *, place: str = "") -> None:
        super().__init__(sentence)
        self.details = [(name, "differs", _("It was sent as something else before.")) for name in fields]
        self.headers = {"Location": place} if place else {}


@dataclass(frozen=True, slots=True)
class ForeignId:
    """An id that another program has for a thing, and whose it is: a client of the interface, or (empty) one of our own people."""

    source: str = ""
    id: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """Answer the columns of a row that has it."""
        return {"external_id": self.id, "external_source": self.source if self.id else ""}


OURS = ForeignId()
"""Made here; no other program has a name for it."""


class Foreign(models.Model):
    """What another program may have made, under its own id."""

    external_id = models.CharField(gettext_lazy("external id"), max_length=120, blank=True, editable=False)
    external_source = models.CharField(
        gettext_lazy("whose external id"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=gettext_lazy("The client of the interface that gave it. Empty: one of our people."),
    )
    is_new = False
    """Whether it was made just now, not before under the same id."""

    class Meta:
        abstract = True


def once_per_source(name: str) -> models.UniqueConstraint:
    """Answer the rule that a program has an id once."""
    return models.UniqueConstraint(
        fields=["external_source", "external_id"],
        condition=~Q(external_id=""),
        name=name,
        violation_error_message=gettext_lazy("This external id names another one already; choose another."),
    )


Row = TypeVar("Row", bound=Foreign)


def made_once(model: type[Row], foreign: ForeignId, make: Callable[[], Row]) -> Row:
    """Answer what was made before under this id, else make it; of several who ask at once one makes it, and all are answered that."""
    if (found := known(model, foreign)) is not None:
        return found
    try:
        with transaction.atomic():
            row = make()
    except (IntegrityError, DomainError):  # one of which is that somebody else has just made it
        if (found := known(model, foreign)) is None:
            raise
        return found
    row.is_new = True
    return row


def known(model: type[Row], foreign: ForeignId) -> Row | None:
    """Answer what a program calls so; without an id nothing."""
    if not foreign.id:
        return None
    return model._default_manager.filter(external_source=foreign.source, external_id=foreign.id).first()


def sign(row: Foreign, foreign: ForeignId) -> None:
    """Write whose id it has, before it is saved."""
    row.external_id, row.external_source = foreign.facts.values()


def renamed(row: Foreign, foreign: ForeignId) -> dict[str, str]:
    """Answer the facts by which a row that is here already gets a program's id, or loses it. Raises IdTaken for what is another's."""
    if row.external_id and row.external_source != foreign.source:
        raise IdTaken(_("Another program has named this; it has to let it go first."))
    other = known(type(row), foreign)
    if other is not None and other.pk != row.pk:
        raise IdTaken
    return foreign.facts


def differing(row: Any, given: Mapping[str, Any]) -> list[str]:
    """Answer what is given otherwise than it stands, by the names given; of several things the order says nothing."""
    return [name for name, value in given.items() if _plain(attrgetter(name)(row)) != _plain(value)]


def _plain(value: Any) -> Any:
    if isinstance(value, models.Manager):
        value = value.all()
    return {each.pk for each in value} if isinstance(value, list | tuple | models.QuerySet) else value
