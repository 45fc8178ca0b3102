"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransferConfig(AppConfig):
    """Settings of the app."""

    name = "transfer"
    verbose_name = _("Import and export")
