"""The status page is for staff, its figures for programs for managers or the token."""

from tests.access import MANAGERS, STAFF, row

ROWS = [
    row("status/", let_in=STAFF),
    row("metrics", let_in=MANAGERS, anonymous="forbidden"),
]
