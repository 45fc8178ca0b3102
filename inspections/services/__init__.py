"""What can be done with inspections."""

from inspections.services.checklists import load_checklist
from inspections.services.planning import plan_next_batch
from inspections.services.plans import PlanDraft, attend, change_plan, create_plan
from inspections.services.signing import decline, sign
from inspections.services.visits import Finding, cancel, finish, record_result, record_results, reschedule, start

__all__ = [
    "Finding",
    "PlanDraft",
    "attend",
    "cancel",
    "change_plan",
    "create_plan",
    "decline",
    "finish",
    "load_checklist",
    "plan_next_batch",
    "record_result",
    "record_results",
    "reschedule",
    "sign",
    "start",
]
