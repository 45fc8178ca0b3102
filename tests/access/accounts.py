"""The way in and one's own pages."""

from tests.access import EVERYBODY, PEOPLE, row

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
    row("profile/tokens/", method="post", let_in=PEOPLE),
    row("profile/tokens/<int:pk>/revoke/", "/profile/tokens/1/revoke/", method="post", let_in=frozenset(), others="missing"),
]
