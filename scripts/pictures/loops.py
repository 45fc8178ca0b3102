"""Complaints and feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from loops.models import Loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {"loops:act", "loops:answer"}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot

    yield Shot("loops", "dispatcher", reverse("loops:list"))
    yield Shot("loops-customer", "customer", reverse("loops:list"))
    yield Shot("loop-new", "customer", reverse("loops:new"))
    yield Shot("loop-new-desk", "dispatcher", reverse("loops:new"))
    said = Loop.objects.filter(key__startswith="demo:").order_by("key")
    for loop in said:
        name = loop.key.removeprefix("demo:")
        yield Shot(f"loop-{name}", "dispatcher", loop.get_absolute_url())
        yield Shot(f"loop-{name}-customer", "supervisor", loop.get_absolute_url())
