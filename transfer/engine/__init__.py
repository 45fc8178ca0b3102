"""Files, mappings and values: pure, no database."""
