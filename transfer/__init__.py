"""Tickets, customers and their history brought in from files of other systems, and given away again whole."""
