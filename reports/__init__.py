"""What was promised and what was kept, month by month for each contract: frozen, shown, mailed."""
