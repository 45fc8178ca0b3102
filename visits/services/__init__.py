"""Everything that can be done with a visit; used through the module: ``services.depart(visit, actor=…, at=…)``."""

from visits.services.approving import approve_plan, override_approval, propose_plan, reject_plan
from visits.services.dispatching import DECIDABLE, Slot, arrange, book, send
from visits.services.feeds import make_feed, note_use, revoke_feed
from visits.services.onsite import Place, add_photo, check_in, check_out, depart, note_work
from visits.services.papers import correct_confirmation, issue_paper
from visits.services.planning import VisitDraft, cancel, fail, plan, schedule
from visits.services.record import HERE, Sent
from visits.services.remarks import remark

__all__ = [
    "DECIDABLE",
    "HERE",
    "Place",
    "Sent",
    "Slot",
    "VisitDraft",
    "add_photo",
    "approve_plan",
    "arrange",
    "book",
    "cancel",
    "check_in",
    "check_out",
    "correct_confirmation",
    "depart",
    "fail",
    "issue_paper",
    "make_feed",
    "note_use",
    "note_work",
    "override_approval",
    "plan",
    "propose_plan",
    "reject_plan",
    "remark",
    "revoke_feed",
    "schedule",
    "send",
]
