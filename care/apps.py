"""App registration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    """Settings of the app."""

    name = "care"
    verbose_name = _("Calls to customers")

    def ready(self) -> None:
        """Hear what happens to tickets that a customer is to be asked about, and bring figures to the dashboard."""
        from care import panels  # noqa: PLC0415 - needs the models of every app
        from care.services.following import heard  # noqa: PLC0415
        from tickets.figures.panels import register  # noqa: PLC0415
        from tickets.services.listeners import on_written  # noqa: PLC0415

        on_written(heard)
        register(panels.NAME, panels.callbacks)
