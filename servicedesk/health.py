"""``GET /healthz``: whether the web process can reach the database and the broker; ``/healthz/deep``: whether promises are watched."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Queue

from core.time import now
from servicedesk.celery import app
from status import selectors as status

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with app.connection_for_write() as wire:
        wire.ensure_connection(max_retries=1, interval_start=0, timeout=3)
        Queue("celery", channel=wire.default_channel).queue_declare()


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "broker": _broker}


def _answers(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        # Whatever it is, the caller learns only which part is down; the log has the reason.
        logger.exception("%s does not answer", name)
        return False
    return True


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when web, database and broker answer, 503 otherwise, naming each."""
    found = {"web": True} | {name: _answers(name, check) for name, check in CHECKS.items()}
    return _answer(found)


@require_safe
@never_cache
def deep(request: HttpRequest) -> JsonResponse:
    """Answer 200 when moreover the last canary was reported, escalated and delivered in time; 503 otherwise, naming each stage.

    The seconds are how old the newest canary is (report), and how late it was (level, delivery); null where none has got so far.
    """
    found = {"web": True} | {name: _answers(name, check) for name, check in CHECKS.items()}
    stages = status.stages(now()) if found["database"] else []
    found |= {stage.name: stage.is_well for stage in stages}
    return _answer(found, {"seconds": {stage.name: stage.seconds for stage in stages}})


def _answer(found: dict[str, bool], more: dict[str, Any] | None = None) -> JsonResponse:
    body = {name: "ok" if good else "down" for name, good in found.items()}
    return JsonResponse(body | (more or {}), status=200 if all(found.values()) else 503)
