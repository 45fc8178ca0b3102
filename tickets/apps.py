"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """Settings of the app."""

    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        """Have messages about escalations carry a way to take care of them, and papers hide with their tickets."""
        from documents import selectors as documents  # noqa: PLC0415 - needs the models of every app
        from notifications.offers import register  # noqa: PLC0415
        from tickets import selectors  # noqa: PLC0415
        from tickets.figures import panels, reliability  # noqa: PLC0415
        from tickets.offering import KIND, in_inbox, in_mail  # noqa: PLC0415

        documents.hide(selectors.kept_from)
        register(KIND, in_mail=in_mail, in_inbox=in_inbox)
        panels.register(reliability.BY_EQUIPMENT, reliability.by_equipment)
        panels.register(reliability.BY_MODEL, reliability.by_model)
