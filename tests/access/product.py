"""What belongs to no app."""

from tests.access import EVERYBODY, row

ROWS = [
    row("healthz", let_in=EVERYBODY),
    row("healthz/deep", let_in=EVERYBODY),
    row("api/schema/", let_in=EVERYBODY),
    row("api/docs/", let_in=EVERYBODY),
    row("api/.*", "/api/nothing/", let_in=frozenset(), others="missing", anonymous="missing"),
]
