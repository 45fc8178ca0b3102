"""What is done with promises: making commitments, settling their clocks, climbing levels, the audit, trying drafts."""

from sla.services.auditing import Difference, differences
from sla.services.levels import acknowledge, due_clocks, due_commitments, escalation, fired_levels, fired_levels_of
from sla.services.settling import (
    CLOCK_FIELDS,
    OFFICE_CALENDAR,
    Change,
    attend,
    columns,
    commit,
    draft,
    is_live,
    reconsider,
    resettle,
    settled,
    write,
)
from sla.services.trying import ABSENT, KEPT, MISSED, NONE, RUNNING, Stand, Trial, stands, stands_under, trial

__all__ = [
    "ABSENT",
    "CLOCK_FIELDS",
    "KEPT",
    "MISSED",
    "NONE",
    "OFFICE_CALENDAR",
    "RUNNING",
    "Change",
    "Difference",
    "Stand",
    "Trial",
    "acknowledge",
    "attend",
    "columns",
    "commit",
    "differences",
    "draft",
    "due_clocks",
    "due_commitments",
    "escalation",
    "fired_levels",
    "fired_levels_of",
    "is_live",
    "reconsider",
    "resettle",
    "settled",
    "stands",
    "stands_under",
    "trial",
    "write",
]
