"""Service plans: what is promised, to whom, within what time."""

from sla.engine.plan.agreed import tightened, tighter
from sla.engine.plan.causes import DEFAULT_CAUSES, DEFAULT_OBJECTION, Cause
from sla.engine.plan.plan import Plan, Promise, Severity
from sla.engine.plan.recurring import AFTER, EVERY, PERIODS, WORK, Length, Recurring
from sla.engine.plan.terms import DEFAULT_LADDER, Condition, Level, Target, seconds
from sla.engine.plan.words import CHANNELS, EVENTS, KINDS, MEASURES, NARROWED, OWNERS, ROLES, SEVERITIES, PlanError

__all__ = [
    "AFTER",
    "CHANNELS",
    "DEFAULT_CAUSES",
    "DEFAULT_LADDER",
    "DEFAULT_OBJECTION",
    "EVENTS",
    "EVERY",
    "KINDS",
    "MEASURES",
    "NARROWED",
    "OWNERS",
    "PERIODS",
    "ROLES",
    "SEVERITIES",
    "WORK",
    "Cause",
    "Condition",
    "Length",
    "Level",
    "Plan",
    "PlanError",
    "Promise",
    "Recurring",
    "Severity",
    "Target",
    "seconds",
    "tightened",
    "tighter",
]
