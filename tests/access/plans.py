"""Service plans: staff read all, customers those of their contracts."""

from tests.access import STAFF, own, row

ROWS = [
    row("plans/", let_in=STAFF),
    own("plans/<slug:code>/", "/plans/{contract.plan.code}/"),
    own("plans/<slug:code>/changes/", "/plans/{contract.plan.code}/changes/"),
]
