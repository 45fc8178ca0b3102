"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    """Settings of the app."""

    name = "archive"
    verbose_name = _("Service archive")
