"""Warranty: terms, quotations, remedies, charges, on pages and over REST."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from entitlements import services
from tests.access import DISPATCHERS, MANAGERS, OWN, PEOPLE, STAFF, Row, own, row
from tests.entitlements import worlds
from tests.visits.worlds import make_visit
from tests.worlds import NOON, make_equipment, make_ticket

ANSWERS = DISPATCHERS | {"supervisor"}


def prepare(world: Any) -> dict[str, Any]:
    """A term that is quoted, one that may be asked about and one to withdraw, a remedy, a charged visit."""
    remedied = make_ticket(world)
    remedy = worlds.propose(world, remedied, actor=world.manager)
    big = worlds.propose(world, remedied, actor=world.engineer, kind="compensation", price=Decimal("9000.00"))
    mine = worlds.make_term(world, ends_on=worlds.TODAY + 40 * worlds.DAY)
    return {
        "term": mine,
        "quotation": worlds.quoted(world, worlds.make_term(world, component="电源")),
        "remedy": remedy,
        "big_remedy": big,
        "remedied": remedied,
        "covered": make_equipment(world.site),
        "charged_visit": make_visit(world, remedied),
        "asked": services.ask(worlds.make_term(world, component="风扇"), actor=world.manager, at=NOON),
    }


def page(path: str, let_in: frozenset[str] = STAFF, *, address: str = "", **more: Any) -> Row:
    """A page."""
    return row(f"warranty/{path}", f"/warranty/{address or path}", let_in=let_in, **more)


def of(path: str, address: str, let_in: frozenset[str] = STAFF | OWN, **more: Any) -> Row:
    """A page of a thing of the world's customer."""
    return own(f"warranty/{path}", f"/warranty/{address}", let_in=let_in, **more)


def rest(path: str, let_in: frozenset[str] = PEOPLE, *, address: str = "", **more: Any) -> Row:
    """An address of the REST interface."""
    return row(f"api/v1/{path}", f"/api/v1/{address or path}", let_in=let_in, **more)


def rest_of(path: str, address: str, let_in: frozenset[str] = STAFF | OWN, **more: Any) -> Row:
    """One thing over REST."""
    return own(f"api/v1/{path}", f"/api/v1/{address}", let_in=let_in, **more)


KEY = "(?P<pk>[0-9]+)/"
TERM = {"kind": "trial", "starts_on": "2026-11-20"}
ROWS = [
    *(page(path, PEOPLE) for path in ("", "quotations/", "remedies/")),
    page("overview/"),
    page("rates/", MANAGERS),
    page("terms/new/", DISPATCHERS),
    page("terms/import/", DISPATCHERS),
    of("equipment/<int:pk>/", "equipment/{covered.pk}/"),
    of("terms/<int:pk>/", "terms/{term.pk}/"),
    page("terms/<int:pk>/edit/", DISPATCHERS, address="terms/{term.pk}/edit/"),
    page("terms/<int:pk>/withdraw/", MANAGERS, address="terms/{term.pk}/withdraw/", method="post"),
    of("terms/<int:pk>/ask/", "terms/{term.pk}/ask/", method="post"),
    of("quotations/<int:pk>/", "quotations/{quotation.pk}/"),
    of("quotations/<int:pk>/<slug:step>/", "quotations/{quotation.pk}/quote/", DISPATCHERS, method="post"),
    of("quotations/<int:pk>/<slug:step>/", "quotations/{asked.pk}/decline/", method="post"),
    of("remedies/<int:pk>/", "remedies/{remedy.pk}/"),
    of("remedies/<int:pk>/<slug:step>/", "remedies/{remedy.pk}/refuse/", method="post"),
    of("visits/<int:pk>/<slug:step>/", "visits/{charged_visit.pk}/override/", method="post"),
    row("tickets/<str:number>/remedies/new/", "/tickets/{remedied.number}/remedies/new/", let_in=STAFF),
    rest("terms/"),
    rest("terms/", DISPATCHERS, method="post", data=TERM),
    rest_of(f"terms/{KEY}", "terms/{term.pk}/"),
    rest_of(f"terms/{KEY}", "terms/{term.pk}/", DISPATCHERS, method="patch"),
    rest_of(f"terms/{KEY}withdraw/", "terms/{term.pk}/withdraw/", MANAGERS, method="post", data={"reason": "录错"}),
    rest_of(f"entitlements/{KEY}", "entitlements/{covered.pk}/"),
    rest("quotation-requests/"),
    rest("quotation-requests/", method="post"),
    rest_of(f"quotation-requests/{KEY}", "quotation-requests/{quotation.pk}/"),
    rest_of(f"quotation-requests/{KEY}quote/", "quotation-requests/{quotation.pk}/quote/", method="post"),
    rest_of(f"quotation-requests/{KEY}accept/", "quotation-requests/{quotation.pk}/accept/", ANSWERS, method="post"),
    rest_of(
        f"quotation-requests/{KEY}decline/",
        "quotation-requests/{asked.pk}/decline/",
        ANSWERS,
        method="post",
        data={"reason": "不续", "name": "赵"},
    ),
    rest("remedies/"),
    rest("remedies/", method="post"),
    rest_of(f"remedies/{KEY}", "remedies/{remedy.pk}/"),
    rest_of(
        f"remedies/{KEY}approve/", "remedies/{big_remedy.pk}/approve/", MANAGERS, method="post", customer="missing", supervisor="missing"
    ),
    rest_of(f"remedies/{KEY}agree/", "remedies/{remedy.pk}/agree/", method="post", data={"name": "赵"}),
    rest_of(f"remedies/{KEY}refuse/", "remedies/{remedy.pk}/refuse/", method="post"),
    rest_of(f"remedies/{KEY}carry-out/", "remedies/{remedy.pk}/carry-out/", method="post"),
]
