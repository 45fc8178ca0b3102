"""The customers' portal, and the calls that staff log for them."""

from __future__ import annotations

from tests.access import CUSTOMERS, STAFF, row

ROWS = [
    row("portal/", let_in=CUSTOMERS),
    row("portal/report/", let_in=CUSTOMERS),
    row("portal/report/", method="post", let_in=CUSTOMERS, data={"subject": "无法登录"}),
    row("portal/report/places/", let_in=CUSTOMERS),
    row("portal/report/terms/", let_in=CUSTOMERS),
    row("tickets/new/", let_in=STAFF),
    row("tickets/new/", method="post", let_in=STAFF, data={"subject": "无法登录"}),
    row("tickets/new/places/", let_in=STAFF),
    row("tickets/new/terms/", let_in=STAFF),
]
