"""Wakes the exchange after a commit; the sweep finds what a lost nudge leaves."""

from notifications.nudge import Waker

wake_after_commit = Waker("peers.tasks.exchange", "webhooks", "peer helpdesks").after_commit
