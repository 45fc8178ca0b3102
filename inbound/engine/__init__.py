"""Reading what is sent and saying what it means; pure: no database, no settings, no now()."""
