"""TMF621."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = set()


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.urls import reverse
    from shots import Shot, person

    from core.time import now
    from customers import selectors as customers
    from tmf import services
    from tmf.models import Hub, Profile

    manager, supervisor = person("manager"), person("supervisor")
    profile = Profile.objects.first()
    if profile is None:
        site = customers.sites_for(supervisor).first()
        given: dict[str, Any] = {"severities": {"S1": 1, "S2": 2}, "kinds": {"fault": "fault"}, "is_partial": False}
        profile = services.save_profile(supervisor, site=site, **given, actor=manager, at=now())
    if not Hub.objects.exists():
        services.subscribe(callback="https://helpdesk.example.com/tmf", query="", version="v5", actor=supervisor, at=now())
        visits = {"callback": "https://helpdesk.example.com/visits", "query": "", "version": "v4", "standard": "appointment"}
        services.subscribe(**visits, actor=supervisor, at=now())
        event = {"@type": "TroubleTicketStatusChangeEvent", "eventId": "e-1", "event": {}}
        services.receive(event, "TroubleTicketStatusChangeEvent", "v5", account=supervisor, at=now())
    yield Shot("tmf", "manager", reverse("tmf:list"))
    yield Shot("tmf-profile-new", "manager", reverse("tmf:new"))
    yield Shot("tmf-profile", "manager", reverse("tmf:edit", args=[profile.pk]))
