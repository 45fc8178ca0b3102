"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Settings of the app."""

    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        """Bring satisfaction to the dashboard."""
        from surveys.figures import NAME, satisfaction  # noqa: PLC0415 - needs the models of every app
        from tickets.figures.panels import register  # noqa: PLC0415

        register(NAME, satisfaction)
