"""Service archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {"archive:file", "archive:latest", "archive:progress"}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.urls import reverse
    from shots import Shot, person

    from archive import selectors
    from archive.models import ArchiveExport
    from customers import selectors as customers

    supervisor = person("supervisor")
    organization = selectors.organizations_for(supervisor)[0]
    thing = customers.equipment_for(supervisor).filter(tickets__isnull=False)[0]
    yield Shot("archive-find", "manager", reverse("archive:find"))
    yield Shot("archive-find-customer", "customer", reverse("archive:find"))
    yield Shot("archive-organization", "supervisor", reverse("archive:timeline", args=["organization", organization.pk]))
    yield Shot("archive-equipment", "engineer", reverse("archive:timeline", args=["equipment", thing.pk]))
    yield Shot("archive-nothing", "engineer", reverse("archive:timeline", args=["equipment", thing.pk]) + "?q=zzzz")
    yield Shot("archive-export-new", "supervisor", reverse("archive:new_export", args=["organization", organization.pk]))
    yield Shot("archive-exports", "supervisor", reverse("archive:exports"))
    for row in ArchiveExport.objects.filter(asked_by=supervisor).order_by("-pk")[:1]:
        yield Shot("archive-export", "supervisor", row.get_absolute_url())
