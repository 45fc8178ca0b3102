"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatusConfig(AppConfig):
    """Settings of the app."""

    name = "status"
    verbose_name = _("System status")
