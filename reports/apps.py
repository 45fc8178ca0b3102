"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Settings of the app."""

    name = "reports"
    verbose_name = _("Monthly reports")

    def ready(self) -> None:
        """Have the mail about a report carry it."""
        from notifications.attachments import register  # noqa: PLC0415 - needs the models of every app
        from reports.enclosing import KIND, enclosed  # noqa: PLC0415

        register(KIND, enclosed)
