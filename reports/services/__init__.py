"""Everything that can be done with monthly reports; used through the module."""

from reports.services.making import correct, make_report
from reports.services.running import make_next_batch
from reports.services.sending import send

__all__ = ["correct", "make_next_batch", "make_report", "send"]
