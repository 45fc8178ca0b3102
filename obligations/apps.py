"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObligationsConfig(AppConfig):
    """Settings of the app."""

    name = "obligations"
    verbose_name = _("Obligations")
