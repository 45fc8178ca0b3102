"""The wiring of the service desk; nothing imports it but the processes it configures."""

from servicedesk.celery import app as celery_app

__all__ = ["celery_app"]
