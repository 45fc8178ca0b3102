"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    """Settings of the app."""

    name = "inspections"
    verbose_name = _("Inspections")

    def ready(self) -> None:
        """Go on when the customer has signed, or not, one of the papers of an inspection."""
        from documents import services as documents  # noqa: PLC0415 - needs the models of every app
        from documents.models import Kind  # noqa: PLC0415
        from inspections import panels, services  # noqa: PLC0415
        from tickets.figures.panels import register  # noqa: PLC0415

        documents.on_sealed(Kind.INSPECTION_REQUEST, services.request_sealed)
        documents.on_sealed(Kind.INSPECTION_REPORT, services.report_sealed)
        register(panels.NAME, panels.plan_kept)
