"""Pages of the staff's desk, and the addresses that staff and customers share."""
