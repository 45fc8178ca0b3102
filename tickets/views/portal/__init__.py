"""Pages of the customers' portal, and of the calls that are logged for them."""

from tickets.views.portal.listing import portal
from tickets.views.portal.page import ticket_page
from tickets.views.portal.report import log, log_places, log_terms, report, report_places, report_terms

__all__ = ["log", "log_places", "log_terms", "portal", "report", "report_places", "report_terms", "ticket_page"]
