"""What beat sends, and how often.

Every job is a sweep that may run at any time and any number of times, so the schedule lives in code
and beat keeps no state. Short sweeps expire before the next one, or they would pile up behind a
stopped worker; each kind of work has its own queue, so that a backlog of one never delays another.
"""

from __future__ import annotations

from typing import Any

SECOND = 1.0
HOUR = 3600.0


def _sweep(task: str, every: float, queue: str) -> dict[str, Any]:
    return {"task": task, "schedule": every, "options": {"queue": queue, "expires": max(every * 0.8, every - 60)}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "escalate-due": _sweep("tickets.tasks.escalate_due", 2 * SECOND, "sla"),  # late by 10 s at most, a lost sweep included
    "deliver": _sweep("notifications.tasks.deliver", 5 * SECOND, "mail"),
    "count-figures": _sweep("tickets.tasks.count_figures", 30 * SECOND, "celery"),
    "close-silent": _sweep("tickets.tasks.close_silent", HOUR, "celery"),
    "move-calendars": _sweep("tickets.tasks.move_calendars", 5 * SECOND, "celery"),
    "audit": _sweep("tickets.tasks.audit", 600 * SECOND, "celery"),
    "canary": _sweep("status.tasks.canary", 15 * SECOND, "celery"),  # watches the last one; the next after five minutes
    "rehearse": _sweep("tickets.tasks.rehearse", 30 * SECOND, "celery"),  # what a lost nudge or a killed worker left
    "forget-keyed-requests": _sweep("accounts.tasks.forget_keyed_requests", HOUR, "celery"),
    "forget-drafts": _sweep("tickets.tasks.forget_drafts", HOUR, "celery"),
    "render-documents": _sweep("documents.tasks.render", 30 * SECOND, "celery"),  # what a lost nudge left
    "plan-visits": _sweep("inspections.tasks.plan_visits", HOUR, "celery"),
    "follow-board": _sweep("inspections.tasks.follow_board", 60 * SECOND, "celery"),
    "watch-visits": _sweep("inspections.tasks.watch_visits", HOUR, "celery"),
    "make-reports": _sweep("reports.tasks.make_reports", 600 * SECOND, "celery"),
    "deliver-webhooks": _sweep("integrations.tasks.deliver", 5 * SECOND, "webhooks"),
    "forget-webhooks": _sweep("integrations.tasks.forget_webhooks", HOUR, "celery"),
    "invite": _sweep("surveys.tasks.invite", 60 * SECOND, "celery"),  # who was just served is asked soon
}
