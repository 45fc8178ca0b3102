"""What can be done with messages; other apps need ``post`` and ``Draft`` only."""

from notifications.services.chat_delivery import deliver_chats
from notifications.services.chats import change_channel, forget_next_chats, make_channel, pause_channel, remove_channel, try_channel
from notifications.services.delivery import deliver_next_batch
from notifications.services.inbox import bounced, mark_all_read, mark_read, resend, resend_all, withdraw
from notifications.services.posting import Draft, forget, of, post
from notifications.services.quiet import choose_quiet_hours

__all__ = [
    "Draft",
    "bounced",
    "change_channel",
    "choose_quiet_hours",
    "deliver_chats",
    "deliver_next_batch",
    "forget",
    "forget_next_chats",
    "make_channel",
    "mark_all_read",
    "mark_read",
    "of",
    "pause_channel",
    "post",
    "remove_channel",
    "resend",
    "resend_all",
    "try_channel",
    "withdraw",
]
