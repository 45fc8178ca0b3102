"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartsConfig(AppConfig):
    """Settings of the app."""

    name = "parts"
    verbose_name = _("Spare parts")
