"""What is entitled, ends, is quoted and remedied, as far as a person may see it."""

from entitlements.selectors.charges import USUAL_HOURS, about_visit, estimate, rate_on, rates, ruling_of, visit_charge
from entitlements.selectors.cover import Row, Timeline, explained, timeline
from entitlements.selectors.ends import by_office, ending, months_ahead, reminders_of, renewal_share, terms_page, with_names
from entitlements.selectors.quotations import may_answer, quotation_of, quotations_for, quotations_named
from entitlements.selectors.remedies import remedies_by_kind, remedies_for, remedies_named, remedies_of

__all__ = [
    "USUAL_HOURS",
    "Row",
    "Timeline",
    "about_visit",
    "by_office",
    "ending",
    "estimate",
    "explained",
    "may_answer",
    "months_ahead",
    "quotation_of",
    "quotations_for",
    "quotations_named",
    "rate_on",
    "rates",
    "remedies_by_kind",
    "remedies_for",
    "remedies_named",
    "remedies_of",
    "reminders_of",
    "renewal_share",
    "ruling_of",
    "terms_page",
    "timeline",
    "visit_charge",
    "with_names",
]
