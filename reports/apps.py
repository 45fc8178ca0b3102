"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Settings of the app."""

    name = "reports"
    verbose_name = _("Monthly reports")

    def ready(self) -> None:
        """Have the mail about a report carry it, and the dashboard say whether recurring work was done in time."""
        from notifications.attachments import register  # noqa: PLC0415 - needs the models of every app
        from reports import panels  # noqa: PLC0415
        from reports.enclosing import KIND, enclosed  # noqa: PLC0415
        from tickets.figures import panels as dashboard  # noqa: PLC0415

        register(KIND, enclosed)
        dashboard.register(panels.NAME, panels.obligations_kept)
