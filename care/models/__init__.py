"""Calls to customers as rows: whom to call, what is asked, what was said, and what was considered."""

from care.models.calls import ENDED, OPEN, Attempt, Call, Outcome, Result, Status, Way
from care.models.considered import Considered, Quota
from care.models.items import CallItem, Level, State
from care.models.scripts import ForKind as Kind
from care.models.scripts import Script, ScriptVersion, said_in

__all__ = [
    "ENDED",
    "OPEN",
    "Attempt",
    "Call",
    "CallItem",
    "Considered",
    "Kind",
    "Level",
    "Outcome",
    "Quota",
    "Result",
    "Script",
    "ScriptVersion",
    "State",
    "Status",
    "Way",
    "said_in",
]
