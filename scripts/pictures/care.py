"""Calls to customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from care.models import Call, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from shots import Shot

NO_PAGES: set[str] = {"care:act", "care:draft"}


def _take(page: Page) -> None:
    page.locator("form[action$='/do/claim/'] button").click()


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot

    waiting = Call.objects.filter(status=Status.WAITING).order_by("-next_at")
    yield Shot("calls", "dispatcher", "/calls/")
    yield Shot("calls-figures", "manager", "/calls/figures/")
    yield Shot("calls-coverage", "manager", "/calls/coverage/")
    yield Shot("calls-scripts", "manager", "/calls/scripts/")
    yield Shot("calls-script", "manager", "/calls/scripts/callback/")
    yield Shot("calls-quotas", "manager", "/calls/quotas/")
    yield Shot("calls-of-customer", "supervisor", "/calls/")
    for name, call, role in (
        ("call-waiting", waiting.filter(kind="callback").first(), "manager"),
        ("call-inquiry", waiting.filter(kind="inquiry").first(), "manager"),
        ("call-not-reached", Call.objects.filter(status=Status.NOT_REACHED).first(), "manager"),
        ("call-made", Call.objects.filter(status=Status.DONE, loop__isnull=False).first(), "manager"),
    ):
        if call is not None:
            yield Shot(name, role, call.get_absolute_url(), act=_take if call.status == Status.WAITING else None)
    if site := waiting.filter(site__isnull=False).first():
        yield Shot("call-new", "dispatcher", f"/calls/new/{site.site_id}/")
    made = Call.objects.filter(ticket__isnull=False).order_by("-pk").first()
    if made is not None and made.ticket is not None:
        yield Shot("call-of-ticket", "dispatcher", f"/tickets/{made.ticket.number}/call/")
