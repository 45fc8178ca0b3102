"""Visits as calendars that other programs subscribe to."""
