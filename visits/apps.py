"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    """Visits on site."""

    name = "visits"
    verbose_name = _("visits")

    def ready(self) -> None:
        """Have a visit's record tell when one of its papers is signed, or is not."""
        from documents import services as documents  # noqa: PLC0415 - needs the models of every app
        from tickets.figures.panels import register  # noqa: PLC0415
        from visits import panels  # noqa: PLC0415
        from visits.services import papers  # noqa: PLC0415

        for kind in papers.WHEN:
            documents.on_sealed(kind, papers.sealed)
        register(panels.NAME, panels.on_site)
