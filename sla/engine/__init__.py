"""Promises and business time: pure functions, no database, no Django, no clock of their own."""

from sla.engine.calendar import Calendar, CalendarError
from sla.engine.plan import Plan, PlanError
from sla.engine.settle import Clock, Event, settle

__all__ = ["Calendar", "CalendarError", "Clock", "Event", "Plan", "PlanError", "settle"]
