"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeersConfig(AppConfig):
    """Settings of the app."""

    name = "peers"
    verbose_name = _("Peer helpdesks")

    def ready(self) -> None:
        """Hear of every line of every record."""
        from peers.services.hearing import heard  # noqa: PLC0415 - needs the models of every app
        from peers.services.subscribing import pushed  # noqa: PLC0415
        from tickets.services.listeners import on_written  # noqa: PLC0415
        from tmf.services import on_received  # noqa: PLC0415

        on_written(heard)
        on_received(pushed)
