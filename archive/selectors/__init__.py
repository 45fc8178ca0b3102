"""Reading archives: whose, what happened, what it comes to, and the exports made of them."""

from archive.selectors.exports import exports_for, scope_for
from archive.selectors.places import equipment_for, narrowed, organizations_for, scope_of, sites_for
from archive.selectors.summary import Figure, Summary, summary
from archive.selectors.timeline import Asked, count, decoded, encoded, timeline, walk

__all__ = [
    "Asked",
    "Figure",
    "Summary",
    "count",
    "decoded",
    "encoded",
    "equipment_for",
    "exports_for",
    "narrowed",
    "organizations_for",
    "scope_for",
    "scope_of",
    "sites_for",
    "summary",
    "timeline",
    "walk",
]
