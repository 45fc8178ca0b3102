"""What can be done with surveys."""

from surveys.services.answering import Scores, answer
from surveys.services.inviting import invite_next_batch

__all__ = ["Scores", "answer", "invite_next_batch"]
