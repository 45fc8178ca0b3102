"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailroomConfig(AppConfig):
    """Settings of the app."""

    name = "mailroom"
    verbose_name = _("Mail in")

    def ready(self) -> None:
        """Have our mails answer those of their reader."""
        from mailroom.selectors import ids_from_reader  # noqa: PLC0415 - needs the models of other apps
        from notifications.threads import on_references  # noqa: PLC0415

        on_references(ids_from_reader)
