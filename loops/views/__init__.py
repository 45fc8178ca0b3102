"""Pages of complaints and feedback."""
