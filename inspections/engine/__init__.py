"""When a visit is owed, on which day it falls, and what a figure means. Pure: dates and numbers in and out, no database."""

from inspections.engine.judging import read_number, within
from inspections.engine.placing import visit_day
from inspections.engine.recurrence import RuleProblem, Turn, check_rule, preset_rule, turns

__all__ = ["RuleProblem", "Turn", "check_rule", "preset_rule", "read_number", "turns", "visit_day", "within"]
