"""What a program may do: for each family of resources whether it may read and whether it may write.

A family is the app whose views answer, so that a new address is in one from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import Promise

    from clients.models import ApiClient

FAMILIES: dict[str, Promise] = {
    "tickets": _("tickets, their record, clocks and files"),
    "visits": _("visits"),
    "customers": _("organizations, sites, equipment, contracts"),
    "inspections": _("inspections and findings"),
    "parts": _("spare parts, stock, purchases and repairs"),
    "surveys": _("surveys and their answers"),
    "obligations": _("recurring obligations"),
    "knowledge": _("articles of the knowledge base"),
    "loops": _("complaints and feedback"),
    "care": _("calls to customers"),
    "catalogue": _("service catalogue, requests, quotations and campaigns"),
    "entitlements": _("warranty, renewals and remedies"),
    "training": _("courses, trainings and certificates"),
    "archive": _("exports of the service archive"),
    "scoresheets": _("score sheets"),
    "mailroom": _("received mail and its review tray"),
    "tmf": _("tickets by TMF621, appointments by TMF646, their subscriptions and events"),
    "transfer": _("imports, and exports of everything of an organization"),
    "integrations": _("the feed of changes: which things were changed, and when"),
}
READ_ONLY = {"customers", "scoresheets", "integrations"}
"""Families that nothing is written in through the interface."""
DEEDS = {"read": _("to read"), "write": _("to write")}


def choices() -> list[tuple[str, str]]:
    """Answer every scope with what it covers, in the active language."""
    return [
        (f"{family}:{deed}", f"{words}: {label}")
        for family, words in FAMILIES.items()
        for deed, label in DEEDS.items()
        if deed == "read" or family not in READ_ONLY
    ]


ALL = frozenset(code for code, _words in choices())


def in_order(scopes: Iterable[str]) -> list[str]:
    """Answer scopes once each, in the order of the table; what is none is left out."""
    wanted = set(scopes)
    return [code for code, _label in choices() if code in wanted]


class ClientScopes(BaseScopes):
    """For the library: a client may ask for its own scopes, and is given all of them when it asks for none."""

    def get_all_scopes(self) -> dict[str, str]:
        """Answer every scope and what it covers."""
        return dict(choices())

    def get_available_scopes(self, application: ApiClient | None = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Answer what the client was given."""
        return in_order(application.scopes) if application else []

    def get_default_scopes(self, application: ApiClient | None = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Answer the same: who names no scope gets all that is theirs."""
        return self.get_available_scopes(application)
