"""How plans, inspections and findings look to other programs, and what may be sent."""
