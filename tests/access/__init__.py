"""Who may open what: one module an app, each with its `ROWS` and, if its addresses need more than the world has, a `prepare(world)`.

A row names the route as the URL resolver writes it, the address to try, the method, and who gets in; `tests/test_access.py` walks
every URL of the product as every role and fails for a URL, or a method of the REST interface, that no row speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["in", "login", "forbidden", "missing"]

ROLES = ("anonymous", "customer", "supervisor", "stranger", "engineer", "dispatcher", "manager", "admin")
STAFF = frozenset({"engineer", "dispatcher", "manager", "admin"})
DISPATCHERS = frozenset({"dispatcher", "manager", "admin"})
MANAGERS = frozenset({"manager", "admin"})
OWN = frozenset({"customer", "supervisor"})
"""Who belongs to the customer the world's things are of; the stranger is another customer's supervisor."""
CUSTOMERS = OWN | {"stranger"}
PEOPLE = STAFF | CUSTOMERS
EVERYBODY = PEOPLE | {"anonymous"}


@dataclass(frozen=True)
class Row:
    """One address and method, and what each role is answered."""

    route: str
    address: str
    method: str
    verdicts: dict[str, Verdict]
    data: dict[str, Any] = field(default_factory=dict)


def row(
    route: str,
    address: str = "",
    *,
    let_in: frozenset[str],
    others: Verdict = "forbidden",
    anonymous: Verdict = "login",
    method: str = "get",
    data: dict[str, Any] | None = None,
    **exceptions: Verdict,
) -> Row:
    """Say who gets in; `others` is what the rest who are logged in are told, and a role's name overrides all.

    The address is the route unless given; `{ticket.pk}` in it is taken from the world and from what `prepare` made.
    """
    verdicts: dict[str, Verdict] = {role: "in" if role in let_in else others for role in ROLES}
    if "anonymous" not in let_in:
        verdicts["anonymous"] = anonymous
    return Row(route, address or f"/{route}", method, {**verdicts, **exceptions}, data or {})


def own(route: str, address: str, *, let_in: frozenset[str] = STAFF | OWN, **more: Any) -> Row:
    """A thing of the world's customer: strangers do not even learn that it is there."""
    return row(route, address, **{"let_in": let_in, "stranger": "missing", **more})
