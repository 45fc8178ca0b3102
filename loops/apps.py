"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopsConfig(AppConfig):
    """Settings of the app."""

    name = "loops"
    verbose_name = _("Complaints and feedback")

    def ready(self) -> None:
        """Hear of every report: a complaint goes round, whatever way it came; and bring the figures to the dashboard."""
        from documents.selectors import hide  # noqa: PLC0415 - needs the models of every app
        from loops import panels  # noqa: PLC0415
        from loops.selectors import kept_from  # noqa: PLC0415
        from loops.services import heard  # noqa: PLC0415
        from tickets.figures.panels import register  # noqa: PLC0415
        from tickets.services.listeners import on_written  # noqa: PLC0415

        register(panels.NAME, panels.rounds)
        register(panels.DEPARTMENTS, panels.departments)
        on_written(heard)
        hide(kept_from)
