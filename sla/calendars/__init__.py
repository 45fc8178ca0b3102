"""Calendars as people see and write them: their content, years, files, forms and pages."""
