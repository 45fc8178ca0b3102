"""Business calendars: which instants are open, and how open time adds up."""

from sla.engine.calendar.calendar import Calendar
from sla.engine.calendar.errors import CalendarError

__all__ = ["Calendar", "CalendarError"]
