"""What one file of an export is: which rows a person may see of an organization, and which columns of them."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Organization

    Rows = Callable[[User, Organization], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One file of an export: its name, its rows for a person, its columns (name in the file: path), those only ours are given."""

    name: str
    rows: Rows
    columns: Mapping[str, str]
    ours: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    """Lists within a row: name in the file, and the relation: path to the row, what is listed, of which kind of thing."""
    folder: str = ""
    """Where the file that each row has lies in the ZIP."""
    file: str = ""
    """The column that holds it."""

    def path(self, pk: int, content_type: str) -> str:
        """Answer where the file of a row lies in the ZIP."""
        return f"{self.folder}/{pk}{mimetypes.guess_extension(content_type) or ''}"


def same(*names: str) -> dict[str, str]:
    """Answer columns that are called in the file as they are here."""
    return {name: name for name in names}


def tickets_of(user: User, organization: Organization) -> QuerySet[Any]:
    """Answer the tickets of an organization that a person may see."""
    return tickets.tickets_for(user).filter(organization=organization)


def staff_only(rows: Rows) -> Rows:
    """Answer rows that pages show to our own people alone."""
    return lambda user, one: rows(user, one) if user.is_provider else rows(user, one).none()
