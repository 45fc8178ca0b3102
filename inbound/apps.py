"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboundConfig(AppConfig):
    """Settings of the app."""

    name = "inbound"
    verbose_name = _("Sources")
