"""The dashboard is read by everybody who works here; whom it names is tested with the figures."""

from tests.access import STAFF, row

DAYS = "since=2026-11-01&until=2026-11-30"

ROWS = [
    row("dashboard/", let_in=STAFF),
    row("dashboard/tables/<slug:name>.<slug:kind>", "/dashboard/tables/kept-by-office.csv", let_in=STAFF),
    row("dashboard/tables/<slug:name>.<slug:kind>", "/dashboard/tables/dashboard.xlsx", let_in=STAFF),
    row("dashboard/tickets/", f"/dashboard/tickets/?{DAYS}", let_in=STAFF),
    row("dashboard/tickets.<slug:kind>", f"/dashboard/tickets.csv?{DAYS}", let_in=STAFF),
]
