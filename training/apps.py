"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Settings of the app."""

    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        """Bring the trainings to the dashboard."""
        from tickets.figures.panels import register  # noqa: PLC0415 - needs the models of every app
        from training import panels  # noqa: PLC0415

        register(panels.NAME, panels.trained)
