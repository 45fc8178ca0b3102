"""Service catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {
    "catalogue:terms",
    "catalogue:offer",
    "catalogue:answer",
    "catalogue:override",
    "catalogue:step",
    "catalogue:refresh",
    "catalogue:close",
}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot, person

    from catalogue.models import Campaign, Request

    mine = Request.objects.filter(ticket__organization=person("supervisor").membership.organization)
    waiting, approved = mine.filter(approval="awaited").latest("pk"), mine.filter(approval="approved").latest("pk")
    campaign = Campaign.objects.latest("pk")
    yield Shot("catalogue", "supervisor", reverse("catalogue:list"))
    yield Shot("catalogue-item", "supervisor", reverse("catalogue:item", args=["relocation"]))
    yield Shot("catalogue-requests", "dispatcher", reverse("catalogue:requests"))
    yield Shot("catalogue-requests-mine", "supervisor", reverse("catalogue:requests"))
    yield Shot("catalogue-request", "supervisor", waiting.get_absolute_url())
    yield Shot("catalogue-request-approved", "engineer", approved.get_absolute_url())
    yield Shot("catalogue-ticket", "engineer", waiting.ticket.get_absolute_url())
    yield Shot("catalogue-quote", "engineer", reverse("catalogue:quote", args=[waiting.pk]))
    yield Shot("catalogue-manage", "manager", reverse("catalogue:manage"))
    yield Shot("catalogue-edit", "manager", reverse("catalogue:edit", args=["relocation"]))
    yield Shot("catalogue-new", "manager", reverse("catalogue:new"))
    yield Shot("campaigns", "dispatcher", reverse("catalogue:campaigns"))
    yield Shot("campaign", "dispatcher", campaign.get_absolute_url())
    yield Shot("campaign-mine", "supervisor", campaign.get_absolute_url())
    yield Shot("campaign-new", "manager", reverse("catalogue:new_campaign"))
