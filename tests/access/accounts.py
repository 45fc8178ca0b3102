"""The way in and one's own pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from accounts import services
from core.time import now
from tests.access import EVERYBODY, PEOPLE, STAFF, row

if TYPE_CHECKING:
    from tests.worlds import World


def prepare(world: World) -> dict[str, Any]:
    """An absence of the engineer's."""
    at, who = now(), world.engineer
    return {"absence": services.enter_absence(who, starts_at=at, ends_at=at + timedelta(days=1), actor=who, at=at)}


ARRANGE = frozenset({"engineer", "manager", "admin"})
ABSENCE = "profile/absences/<int:pk>/end/"
KEY = "1-abc"
ROWS = [
    row("accounts/login/", let_in=EVERYBODY),
    row("accounts/login/", method="post", let_in=EVERYBODY),
    row("accounts/logout/", let_in=EVERYBODY),
    row("accounts/logout/", method="post", let_in=EVERYBODY, anonymous="in"),
    row("accounts/inactive/", let_in=EVERYBODY),
    row("accounts/signup/", let_in=EVERYBODY),
    row("accounts/password/change/", let_in=PEOPLE),
    row("accounts/password/reset/", let_in=EVERYBODY),
    row("accounts/password/reset/done/", let_in=EVERYBODY),
    row("accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/", f"/accounts/password/reset/key/{KEY}/", let_in=EVERYBODY),
    row("accounts/password/reset/key/done/", let_in=EVERYBODY),
    row("", let_in=PEOPLE),
    row("language/", method="post", data={"language": "en", "next": "/profile/"}, let_in=EVERYBODY),
    row("profile/", let_in=PEOPLE),
    row("profile/", method="post", let_in=PEOPLE),
    row("profile/absences/", let_in=STAFF),
    row("profile/absences/", method="post", let_in=STAFF),
    row(
        ABSENCE,
        "/profile/absences/{absence.pk}/end/",
        method="post",
        let_in=frozenset({"engineer", "manager", "admin"}),
        dispatcher="missing",
    ),
    row("profile/tokens/", method="post", let_in=PEOPLE),
    row("profile/tokens/<int:pk>/rotate/", "/profile/tokens/1/rotate/", method="post", let_in=frozenset(), others="missing"),
    row("profile/tokens/<int:pk>/revoke/", "/profile/tokens/1/revoke/", method="post", let_in=frozenset(), others="missing"),
]
