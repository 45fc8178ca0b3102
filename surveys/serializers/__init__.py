"""How surveys look to other programs, and what may be sent."""
