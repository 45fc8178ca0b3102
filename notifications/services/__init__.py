"""What can be done with messages; other apps need ``post`` and ``Draft`` only."""

from notifications.services.delivery import deliver_next_batch
from notifications.services.inbox import mark_all_read, mark_read, resend, resend_all
from notifications.services.posting import Draft, forget, of, post
from notifications.services.quiet import choose_quiet_hours

__all__ = [
    "Draft",
    "choose_quiet_hours",
    "deliver_next_batch",
    "forget",
    "mark_all_read",
    "mark_read",
    "of",
    "post",
    "resend",
    "resend_all",
]
