"""How was it? Invitations, answers, follow-ups."""
