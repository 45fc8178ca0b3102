"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """Settings of the app."""

    name = "catalogue"
    verbose_name = _("Service catalogue")

    def ready(self) -> None:
        """Hear of signatures under quotations and of work on requests; bring the figures to the dashboard."""
        from catalogue import panels  # noqa: PLC0415 - needs the models of every app
        from catalogue.services import quoting  # noqa: PLC0415
        from documents import services as documents  # noqa: PLC0415
        from documents.models import Kind  # noqa: PLC0415
        from tickets.figures.panels import register  # noqa: PLC0415
        from tickets.services.listeners import on_written  # noqa: PLC0415

        documents.on_sealed(Kind.REQUEST_QUOTATION, quoting.sealed)
        on_written(quoting.heard)
        register(panels.NAME, panels.requests)
