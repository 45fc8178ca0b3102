"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    """Settings of the app."""

    name = "clients"
    verbose_name = _("API clients")

    def ready(self) -> None:
        """Let the description of the interface know how programs show who they are."""
        from clients import schema  # noqa: F401, PLC0415 - registers itself
