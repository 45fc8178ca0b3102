"""What happens to mail: kept first, then read, taken over or put before a person."""

from mailroom.services.fetching import fetch_next, try_out
from mailroom.services.mailboxes import change_mailbox, create_mailbox, switch
from mailroom.services.processing import process_next
from mailroom.services.receiving import forget_next, receive
from mailroom.services.tray import accept, attach, block, bring_back, discard, unblock

__all__ = [
    "accept",
    "attach",
    "block",
    "bring_back",
    "change_mailbox",
    "create_mailbox",
    "discard",
    "fetch_next",
    "forget_next",
    "process_next",
    "receive",
    "switch",
    "try_out",
    "unblock",
]
