"""Imports that are tried and brought in at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.transfer.files import upload
from tests.worlds import NOON
from transfer import services

if TYPE_CHECKING:
    from accounts.models import User
    from transfer.models import DataImport

AT = NOON + timedelta(days=1)


def begin(actor: User, name: str, content: bytes | str, **given: Any) -> DataImport:
    """An import as it is after the upload."""
    return services.upload(upload(name, content), source=given.pop("source", "old"), actor=actor, at=AT, **given)


def tried(actor: User, name: str, content: bytes | str, *, options: dict[str, str] | None = None, **given: Any) -> DataImport:
    """An import that was tried."""
    row = begin(actor, name, content, **given)
    if options:
        mapping = {**row.mapping, "options": {**row.mapping.get("options", {}), **options}}
        row = services.change_mapping(row, mapping=mapping, actor=actor, at=AT)
    return work(services.check(row, actor=actor, at=AT))


def work(row: DataImport) -> DataImport:
    """Have a worker go on with it to its end."""
    services.work_next(lambda: AT)
    row.refresh_from_db()
    return row


def brought(actor: User, name: str, content: bytes | str, **given: Any) -> DataImport:
    """An import that was tried and brought in."""
    row = tried(actor, name, content, **given)
    assert row.state == "checked", row.trouble
    return work(services.run(row, actor=actor, at=AT))
