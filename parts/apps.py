"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartsConfig(AppConfig):
    """Settings of the app."""

    name = "parts"
    verbose_name = _("Spare parts")

    def ready(self) -> None:
        """Bring the parts used to the dashboard."""
        from parts import panels  # noqa: PLC0415 - needs the models of every app
        from tickets.figures.panels import register  # noqa: PLC0415

        register(panels.NAME, panels.used)
