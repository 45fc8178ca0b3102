"""``/healthz`` tells whether web, database and broker answer."""

from __future__ import annotations

import pytest

from servicedesk import health
from servicedesk.celery import app

pytestmark = pytest.mark.django_db


def test_everything_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"web": "ok", "database": "ok", "broker": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_a_broker_that_is_away_is_named(client, monkeypatch):
    monkeypatch.setattr(app, "connection_for_write", lambda: app.connection("redis://127.0.0.1:1/0"))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"web": "ok", "database": "ok", "broker": "down"})


def test_a_database_that_is_away_is_named(client, monkeypatch):
    def gone() -> None:
        raise OSError("no route")

    monkeypatch.setitem(health.CHECKS, "database", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")


def test_it_is_only_read(client):
    assert client.post("/healthz").status_code == 405
