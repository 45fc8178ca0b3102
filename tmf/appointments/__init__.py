"""Visits as appointments of TMF646 Appointment Management, version 4: their documents, states, shapes and notifications. Pure."""
