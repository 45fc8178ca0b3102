"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    """Settings of the app."""

    name = "sla"
    verbose_name = _("Service plans")
