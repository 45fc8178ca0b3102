"""Make a token for another program, printed once and alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts import services
from accounts.models import ApiToken, User
from core.errors import DomainError
from core.time import now

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`manage.py api_token EMAIL`: the token goes to standard output, so that a script can keep it."""

    help = "Print a new API token for a person, this once, alone on standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say whose, what for, what it may."""
        parser.add_argument("email", help="the e-mail address the person logs in with")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.WRITE.value)
        parser.add_argument("--name", default="manage.py api_token", help="what the token is for")

    def handle(self, *args: Any, email: str, scope: str, name: str, **options: Any) -> None:
        """Make it."""
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(_("There is no account with the e-mail address %(email)s.") % {"email": email})
        try:
            _token, secret = services.issue_token(user, name=name, scope=scope, actor=None, at=now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(secret)
