"""Wakes delivery after a commit; the sweep finds what a lost nudge leaves."""

from notifications.nudge import Waker

wake_after_commit = Waker("integrations.tasks.deliver", "webhooks", "webhooks").after_commit
