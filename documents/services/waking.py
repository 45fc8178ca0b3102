"""Wakes the making of files after a commit; the sweep finds what a lost nudge leaves."""

from notifications.nudge import Waker

wake_after_commit = Waker("documents.tasks.render", "celery", "documents", pause=0).after_commit
