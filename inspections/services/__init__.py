"""What can be done with inspections."""

from inspections.services.answering import Answer, Verdict, record_result, record_results, record_verdicts
from inspections.services.checklists import load_checklist
from inspections.services.findings import close_finding, is_followed, raise_finding
from inspections.services.papers import drawn as drawn_trend
from inspections.services.photos import drop_photo, keep_photos
from inspections.services.planning import plan_next_batch, preview, to_come
from inspections.services.plans import PlanDraft, attend, change_plan, create_plan, drawn
from inspections.services.readings import Reading, receive_readings
from inspections.services.signing import decline, report_sealed, report_to_sign, request_sealed, sign
from inspections.services.steps import NOT_YOURS
from inspections.services.travelling import follow_next_batch
from inspections.services.visits import Change, Conclusion, ask_consent, begin, cancel, finish, reschedule, start
from inspections.services.watching import watch_next_batch

__all__ = [
    "NOT_YOURS",
    "Answer",
    "Change",
    "Conclusion",
    "PlanDraft",
    "Reading",
    "Verdict",
    "ask_consent",
    "attend",
    "begin",
    "cancel",
    "change_plan",
    "close_finding",
    "create_plan",
    "decline",
    "drawn",
    "drawn_trend",
    "drop_photo",
    "finish",
    "follow_next_batch",
    "is_followed",
    "keep_photos",
    "load_checklist",
    "plan_next_batch",
    "preview",
    "raise_finding",
    "receive_readings",
    "record_result",
    "record_results",
    "record_verdicts",
    "report_sealed",
    "report_to_sign",
    "request_sealed",
    "reschedule",
    "sign",
    "start",
    "to_come",
    "watch_next_batch",
]
