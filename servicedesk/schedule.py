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
    "plan-obligations": _sweep("obligations.tasks.plan", HOUR, "celery"),
    "watch-obligations": _sweep("obligations.tasks.watch", 600 * SECOND, "celery"),
    "remind-of-trainings": _sweep("training.tasks.remind", 600 * SECOND, "celery"),
    "consider-calls": _sweep("care.tasks.consider", 60 * SECOND, "celery"),  # a call-back is owed within a day
    "plan-calls": _sweep("care.tasks.plan", 600 * SECOND, "celery"),
    "watch-calls": _sweep("care.tasks.watch", 600 * SECOND, "celery"),
    "watch-opinions": _sweep("loops.tasks.watch_opinions", 60 * SECOND, "celery"),
    "remind-of-complaints": _sweep("loops.tasks.remind", 600 * SECOND, "celery"),
    "adopt-complaints": _sweep("loops.tasks.adopt", HOUR, "celery"),  # what is older than loops are
    "fill-score-sheets": _sweep("scoresheets.tasks.fill", HOUR, "celery"),
    "tell-campaigns": _sweep("catalogue.tasks.tell", 600 * SECOND, "celery"),
    "attend-ends": _sweep("entitlements.tasks.attend_ends", 600 * SECOND, "celery"),
    "decide-charges": _sweep("entitlements.tasks.decide_charges", 30 * SECOND, "celery"),  # before anybody sets off
    "make-reports": _sweep("reports.tasks.make_reports", 600 * SECOND, "celery"),
    "make-archive-exports": _sweep("archive.tasks.make_exports", 30 * SECOND, "celery"),  # what a lost nudge or a killed worker left
    "remove-archive-exports": _sweep("archive.tasks.remove_exports", HOUR, "celery"),
    "deliver-chats": _sweep("notifications.tasks.deliver_chats", 5 * SECOND, "webhooks"),  # as slow as others are: never before mail
    "forget-chats": _sweep("notifications.tasks.forget_chats", HOUR, "celery"),
    "deliver-webhooks": _sweep("integrations.tasks.deliver", 5 * SECOND, "webhooks"),
    "listen-for-sources": _sweep("inbound.tasks.listen", 60 * SECOND, "celery"),
    "take-left-messages": _sweep("inbound.tasks.take_left", 60 * SECOND, "celery"),  # what a killed process left
    "forget-messages-of-sources": _sweep("inbound.tasks.forget", HOUR, "celery"),
    "exchange-with-peers": _sweep("peers.tasks.exchange", 5 * SECOND, "webhooks"),
    "compare-with-peers": _sweep("peers.tasks.begin_comparisons", HOUR, "celery"),  # each connection once a day
    "forget-peer-log": _sweep("peers.tasks.forget", HOUR, "celery"),
    "forget-api-tokens": _sweep("clients.tasks.forget_tokens", HOUR, "celery"),
    "forget-tmf-events": _sweep("tmf.tasks.forget_events", HOUR, "celery"),
    "forget-tmf-searches": _sweep("tmf.tasks.forget_searches", HOUR, "celery"),
    "number-changes": _sweep("integrations.tasks.number_changes", 2 * SECOND, "celery"),
    "forget-changes": _sweep("integrations.tasks.forget_changes", HOUR, "celery"),
    "forget-webhooks": _sweep("integrations.tasks.forget_webhooks", HOUR, "celery"),
    "fetch-mail": _sweep("mailroom.tasks.fetch", 30 * SECOND, "celery"),
    "process-mail": _sweep("mailroom.tasks.process", 15 * SECOND, "celery"),  # what a lost nudge or a killed worker left
    "forget-mail": _sweep("mailroom.tasks.forget", HOUR, "celery"),
    "bring-in": _sweep("transfer.tasks.bring_in", 30 * SECOND, "celery"),  # what a lost nudge or a killed worker left
    "make-exports": _sweep("transfer.tasks.make_exports", 30 * SECOND, "celery"),
    "remove-transferred-files": _sweep("transfer.tasks.remove_files", HOUR, "celery"),
    "invite": _sweep("surveys.tasks.invite", 60 * SECOND, "celery"),  # who was just served is asked soon
    "send-survey-campaigns": _sweep("surveys.tasks.send_campaigns", 20 * SECOND, "celery"),
    "remind-of-surveys": _sweep("surveys.tasks.remind", 600 * SECOND, "celery"),
}
