"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntitlementsConfig(AppConfig):
    """Settings of the app."""

    name = "entitlements"
    verbose_name = _("Warranty")

    def ready(self) -> None:
        """Have visits ask before somebody sets off, and bring the figures to the dashboard."""
        from entitlements import panels, services  # noqa: PLC0415 - needs the models of every app
        from tickets.figures.panels import register  # noqa: PLC0415
        from visits.services import gates  # noqa: PLC0415

        gates.before_departure(services.before_departure)
        register(panels.ENDS, panels.ends)
        register(panels.REMEDIES, panels.remedies)
