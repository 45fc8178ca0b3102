"""How people log in: with accounts that an administrator made."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _

from accounts.languages import remember_language
from core.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


logger = logging.getLogger(__name__)


class MailAway(DomainError):
    """The mail server does not take the message that was asked for."""

    code = "mail_away"
    status = 503


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: an account decides what a person may see."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer that signing up is closed."""
        return False

    def post_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse:
        """Greet the person in the language they chose, on whatever device it was."""
        return remember_language(super().post_login(request, user, **given), user.language)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now, since the person waits for it; say so if the mail server is away."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            logger.warning("The mail server did not take %s: %s", template_prefix, error)
            raise MailAway(_("Mail cannot be sent right now. Try again in a few minutes, or ask an administrator.")) from error
