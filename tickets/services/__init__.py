"""Everything that can be done to a ticket; used through the module: ``services.hold(ticket, actor=…, at=…)``."""

from tickets.services.assigning import assign, assign_many, suggestions, take_next
from tickets.services.auditing import audit, audit_next_batch
from tickets.services.canary import forget_canary
from tickets.services.concerning import barred, concern, is_barred
from tickets.services.counting import count_next_batch, forget_counts
from tickets.services.drafts import FileDraft, forget_drafts, forget_old_drafts, keep_draft, recall_drafts
from tickets.services.errands import meant, run_errand, sent_on, take_care
from tickets.services.escalation import acknowledge, acknowledge_all, escalate_due, escalate_next_batch
from tickets.services.following import changes_of, follow_past
from tickets.services.importing import Past, Said, add_said, bring_in
from tickets.services.ladder import canary_draft
from tickets.services.linking import forget_view, link, save_view, tag, unwatch, watch
from tickets.services.moves import (
    accept,
    cancel,
    check_in,
    close,
    confirm,
    contact,
    correct_severity,
    depart,
    diagnose,
    follow_up,
    leave,
    register,
    reject,
    reject_diagnosis,
    reopen,
    request_onsite,
    resolve,
    set_severity,
)
from tickets.services.objecting import object_to_pause, refuse_objection, uphold_objection
from tickets.services.offers import Offer, offer
from tickets.services.origins import Origin, said_before
from tickets.services.record import check_side
from tickets.services.rehearsing import begin_rehearsal, cancel_rehearsal, rehearse_next_batch, wake_rehearsals
from tickets.services.reporting import Report, known_by, report, reported_otherwise
from tickets.services.support import agree_remote, ask_department, end_remote, form_team, give_opinion, start_remote, stopgap
from tickets.services.talk import attach, comment, note, reply
from tickets.services.tiers import raise_tier, take_over
from tickets.services.upkeep import close_silent_next_batch, wake_next_batch
from tickets.services.waiting import causes_of, hold, move_arrival, resume

__all__ = [
    "FileDraft",
    "Offer",
    "Origin",
    "Past",
    "Report",
    "Said",
    "accept",
    "acknowledge",
    "acknowledge_all",
    "add_said",
    "agree_remote",
    "ask_department",
    "assign",
    "assign_many",
    "attach",
    "audit",
    "audit_next_batch",
    "barred",
    "begin_rehearsal",
    "bring_in",
    "canary_draft",
    "cancel",
    "cancel_rehearsal",
    "causes_of",
    "changes_of",
    "check_in",
    "check_side",
    "close",
    "close_silent_next_batch",
    "comment",
    "concern",
    "confirm",
    "contact",
    "correct_severity",
    "count_next_batch",
    "depart",
    "diagnose",
    "end_remote",
    "escalate_due",
    "escalate_next_batch",
    "follow_past",
    "follow_up",
    "forget_canary",
    "forget_counts",
    "forget_drafts",
    "forget_old_drafts",
    "forget_view",
    "form_team",
    "give_opinion",
    "hold",
    "is_barred",
    "keep_draft",
    "known_by",
    "leave",
    "link",
    "meant",
    "move_arrival",
    "note",
    "object_to_pause",
    "offer",
    "raise_tier",
    "recall_drafts",
    "refuse_objection",
    "register",
    "rehearse_next_batch",
    "reject",
    "reject_diagnosis",
    "reopen",
    "reply",
    "report",
    "reported_otherwise",
    "request_onsite",
    "resolve",
    "resume",
    "run_errand",
    "said_before",
    "save_view",
    "sent_on",
    "set_severity",
    "start_remote",
    "stopgap",
    "suggestions",
    "tag",
    "take_care",
    "take_next",
    "take_over",
    "unwatch",
    "uphold_objection",
    "wake_next_batch",
    "wake_rehearsals",
    "watch",
]
