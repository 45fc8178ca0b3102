"""Call-backs, inquiries and care: calls that are owed, tried, answered and acted upon."""
