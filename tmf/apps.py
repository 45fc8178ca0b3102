"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TmfConfig(AppConfig):
    """Settings of the app."""

    name = "tmf"
    verbose_name = _("TMF621 trouble tickets")

    def ready(self) -> None:
        """Hear of every line of the records of tickets and visits, and write what subscriptions are sent."""
        from integrations.payloads import written_by  # noqa: PLC0415 - needs the models of every app
        from tickets.services.listeners import on_written  # noqa: PLC0415
        from tmf.services import announcing, telling  # noqa: PLC0415
        from visits.services import listeners as visits  # noqa: PLC0415

        on_written(telling.heard)
        visits.on_written(announcing.heard)
        written_by(telling.fill)
        written_by(announcing.fill)
