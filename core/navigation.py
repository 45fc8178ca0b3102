"""What stands in the bar at the top of every page and in the menu of one's own name, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import Promise

Audience = Literal["provider", "engineer", "dispatcher", "customer", "supervisor", "manager", "staff"]
Place = Literal["bar", "care", "menu"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go to: the URL's name, what it is called, its icon, who sees it, and where."""

    name: str
    label: Promise
    icon: str
    audience: Audience
    place: Place = "bar"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry resolved for one request."""

    url: str
    label: Promise
    icon: str
    current: bool


ENTRIES = (
    Entry("tickets:queue", _("Queue"), "inbox", "provider"),
    Entry("tickets:dashboard", _("Dashboard"), "chart-bar", "provider"),
    Entry("tickets:escalations", _("Escalations"), "bolt", "provider"),
    Entry("visits:mine", _("My visits"), "map-pin", "engineer"),
    Entry("visits:board", _("Dispatch"), "car", "dispatcher"),
    Entry("inspections:list", _("Inspections"), "checklist", "provider"),
    Entry("parts:stock", _("Spare parts"), "tool", "provider"),
    Entry("customers:organizations", _("Customers"), "building", "provider"),
    Entry("obligations:list", _("Obligations"), "calendar-event", "provider", "care"),
    Entry("loops:list", _("Complaints and feedback"), "message-report", "provider", "care"),
    Entry("care:list", _("Calls to customers"), "phone", "provider", "care"),
    Entry("surveys:list", _("Surveys"), "star", "provider", "care"),
    Entry("catalogue:requests", _("Service requests"), "clipboard-list", "provider", "care"),
    Entry("catalogue:campaigns", _("Upgrade campaigns"), "rocket", "provider", "care"),
    Entry("entitlements:list", _("Warranty"), "shield-check", "provider", "care"),
    Entry("training:list", _("Training"), "school", "provider", "care"),
    Entry("training:engineers", _("Certificates"), "certificate", "provider", "care"),
    Entry("scoresheets:list", _("Score sheets"), "checklist", "provider", "care"),
    Entry("knowledge:list", _("Knowledge base"), "book", "provider", "care"),
    Entry("archive:find", _("Service archive"), "archive", "provider", "care"),
    Entry("visits:board", _("Dispatch"), "car", "engineer", "menu"),
    Entry("visits:mine", _("My visits"), "map-pin", "dispatcher", "menu"),
    Entry("customers:periods", _("Heightened service"), "shield-check", "provider", "menu"),
    Entry("accounts:absences", _("Absences"), "calendar-event", "provider", "menu"),
    Entry("documents:list", _("Documents"), "file-certificate", "provider", "menu"),
    Entry("reports:list", _("Monthly reports"), "file-text", "provider", "menu"),
    Entry("sla:plans", _("Service plans"), "clipboard-list", "provider", "menu"),
    Entry("sla:calendars", _("Calendars"), "calendar", "provider", "menu"),
    Entry("mailroom:tray", _("Received mail"), "mailbox", "dispatcher", "menu"),
    Entry("notifications:outbox", _("Undelivered messages"), "mail", "manager", "menu"),
    Entry("tickets:rehearsals", _("Rehearsals"), "player-play", "manager", "menu"),
    Entry("tickets:audits", _("Audit of the clocks"), "shield-check", "manager", "menu"),
    Entry("integrations:list", _("Webhooks"), "world", "manager", "menu"),
    Entry("inbound:list", _("Sources"), "download", "manager", "menu"),
    Entry("clients:list", _("API clients"), "key", "manager", "menu"),
    Entry("tmf:list", _("TMF621"), "world", "manager", "menu"),
    Entry("transfer:imports", _("Imports"), "download", "manager", "menu"),
    Entry("transfer:exports", _("Exports of everything"), "file-zip", "manager", "menu"),
    Entry("peers:list", _("Peer helpdesks"), "link", "manager", "menu"),
    Entry("status:page", _("System status"), "activity-heartbeat", "provider", "menu"),
    Entry("admin:index", _("Administration"), "settings", "staff", "menu"),
    Entry("tickets:portal", _("My tickets"), "inbox", "customer"),
    Entry("tickets:report", _("Report a fault"), "alert-triangle", "customer"),
    Entry("inspections:list", _("Inspections"), "checklist", "customer"),
    Entry("catalogue:list", _("Service catalogue"), "clipboard-list", "customer", "care"),
    Entry("loops:list", _("Complaints and feedback"), "message-report", "customer", "care"),
    Entry("care:list", _("Calls to us"), "phone", "customer", "care"),
    Entry("surveys:list", _("Surveys"), "star", "customer", "care"),
    Entry("obligations:list", _("Obligations"), "calendar-event", "supervisor", "care"),
    Entry("catalogue:campaigns", _("Upgrade campaigns"), "rocket", "customer", "care"),
    Entry("entitlements:list", _("Warranty"), "shield-check", "customer", "care"),
    Entry("training:list", _("Training"), "school", "customer", "care"),
    Entry("scoresheets:list", _("Score sheets"), "checklist", "supervisor", "care"),
    Entry("knowledge:list", _("Knowledge base"), "book", "customer", "care"),
    Entry("archive:find", _("Service archive"), "archive", "supervisor", "care"),
    Entry("customers:contracts", _("Contracts"), "file-certificate", "customer"),
    Entry("documents:list", _("Documents"), "file-text", "customer"),
    Entry("reports:list", _("Monthly reports"), "file-text", "supervisor"),
    Entry("integrations:list", _("Webhooks"), "world", "supervisor", "menu"),
    Entry("transfer:exports", _("Exports of everything"), "file-zip", "supervisor", "menu"),
)


def resolve(name: str, *given: object) -> str:
    """Answer the path of a URL name, or nothing where the product has no such page."""
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""


def _audiences(request: HttpRequest) -> set[Audience]:
    user = request.user
    if not user.is_authenticated:
        return set()
    audiences: set[Audience] = {"customer" if user.is_customer else "provider"}
    if user.is_provider:
        audiences.add("dispatcher" if user.dispatches else "engineer")
    if user.role == "supervisor":
        audiences.add("supervisor")
    if user.manages:
        audiences.add("manager")
    if user.is_staff:
        audiences.add("staff")
    return audiences


def links(request: HttpRequest, place: Place = "bar") -> list[Link]:
    """Answer the entries this person may use, the deepest one that matches the page marked as current."""
    audiences = _audiences(request)
    found = [(entry, resolve(entry.name)) for entry in ENTRIES if entry.audience in audiences and entry.place == place]
    matches = [url for _entry, url in found if url and request.path.startswith(url)]
    current = max(matches, key=len, default="")
    return [Link(url, entry.label, entry.icon, url == current) for entry, url in found if url]
