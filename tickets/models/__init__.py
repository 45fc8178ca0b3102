"""Tickets, the record of all that happened to them, and what is counted from it."""

from tickets.models.counted import DailyFigure, Rehearsal, RehearsalCount, RehearsalFinding
from tickets.models.record import Attachment, Event, SavedView, TicketLink, upload_path
from tickets.models.ticket import Channel, Concerned, Kind, NumberSeries, Status, Tag, Ticket, Tier, WaitOwner

__all__ = [
    "Attachment",
    "Channel",
    "Concerned",
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
    "Tier",
    "WaitOwner",
    "upload_path",
]
