"""Tickets, the record of all that happened to them, and what is counted from it."""

from tickets.models.counted import DailyFigure, Rehearsal, RehearsalCount, RehearsalFinding
from tickets.models.record import Attachment, Event, SavedView, TicketLink, upload_path
from tickets.models.ticket import Channel, Kind, NumberSeries, Status, Tag, Ticket, WaitOwner

__all__ = [
    "Attachment",
    "Channel",
    "DailyFigure",
    "Event",
    "Kind",
    "NumberSeries",
    "Rehearsal",
    "RehearsalCount",
    "RehearsalFinding",
    "SavedView",
    "Status",
    "Tag",
    "Ticket",
    "TicketLink",
    "WaitOwner",
    "upload_path",
]
