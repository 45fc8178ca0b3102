"""Taking a mail apart: whatever it is, something to read comes of it. Pure: no database, no settings, no now()."""
