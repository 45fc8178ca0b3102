"""Planned visits: checklists, findings that open tickets, signed reports."""
