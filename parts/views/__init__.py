"""Pages of parts."""
