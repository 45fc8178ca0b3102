"""Obligations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {"obligations:export", "obligations:meet", "obligations:waive"}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot

    from obligations.models import Obligation

    late = Obligation.objects.filter(late_at__isnull=False, status="owed").first() or Obligation.objects.first()
    yield Shot("obligations", "manager", reverse("obligations:list"))
    yield Shot("obligations-supervisor", "supervisor", reverse("obligations:list") + "?show=all")
    yield Shot("obligations-kept", "manager", reverse("obligations:kept"))
    if late:
        yield Shot("obligation", "manager", late.get_absolute_url())
