"""What can be done with sheets of assessment and scores; used through the module."""

from scoresheets.services.defining import SHIPPED, agree, checked, end_agreement, load_shipped, save_sheet
from scoresheets.services.disputing import answer, dispute
from scoresheets.services.filling import fill_next_batch, preview
from scoresheets.services.signing import issue, sealed

__all__ = [
    "SHIPPED", "agree", "answer", "checked", "dispute", "end_agreement", "fill_next_batch", "issue", "load_shipped", "preview",
    "save_sheet", "sealed",
]  # fmt: skip
