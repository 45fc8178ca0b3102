"""A customer's own sheet of assessment, filled from the record with the evidence behind each line."""
