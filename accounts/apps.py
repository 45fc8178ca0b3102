"""App registration."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Settings of the app."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Note when somebody was last here without a line in their history: to log in changes nobody.

        It takes the place of Django's own receiver, whichever of the two apps is ready first.
        """
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(note_login, dispatch_uid="update_last_login")


def note_login(sender: type[Any], user: Any, **_given: Any) -> None:
    """Write down when somebody came in."""
    from core.time import now  # noqa: PLC0415 - apps are not loaded yet above

    sender._default_manager.filter(pk=user.pk).update(last_login=now())
