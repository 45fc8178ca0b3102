"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """Settings of the app."""

    name = "tickets"
    verbose_name = _("Tickets")
