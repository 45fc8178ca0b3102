"""Changes to people and to the keys made for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import selectors
from accounts.models import Absence, ApiToken, KeyedRequest, User
from accounts.secrets import digest_of, new_secret
from core.errors import Invalid, NotAllowed, NotNow
from core.record import check, save_by, sign

if TYPE_CHECKING:
    from datetime import datetime, time


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Speak to the person in this language, in pages and in mail."""
    if user.language != language:
        user.language = language
        save_by(user, user, fields=["language"])


@transaction.atomic
def change_profile(user: User, *, name: str, phone: str, language: str, actor: User) -> User:
    """Let a person correct how they are called, reached and spoken to."""
    user.name, user.phone, user.language = name, phone, language
    save_by(user, actor, fields=["name", "phone", "language"])
    return user


@transaction.atomic
def change_quiet_hours(user: User, *, quiet_from: time | None, quiet_until: time | None, time_zone: str, actor: User) -> User:
    """Let a person say when mail to them waits, in their own zone; neither beginning nor end: never."""
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise Invalid(_("Quiet hours need a beginning and another end."), field="quiet_until")
    if time_zone and time_zone not in available_timezones():
        raise Invalid(_("There is no time zone of this name."), field="time_zone")
    user.quiet_from, user.quiet_until, user.time_zone = quiet_from, quiet_until, time_zone
    save_by(user, actor, fields=["quiet_from", "quiet_until", "time_zone"])
    return user


@transaction.atomic
def issue_token(user: User, *, name: str, scope: str, actor: User | None, at: datetime) -> tuple[ApiToken, str]:
    """Make a key for programs that act as this person; its secret is answered this once and kept nowhere."""
    if not user.is_active:
        raise Invalid(_("The account %(email)s is switched off; a token for it would open nothing.") % {"email": user.email}, field="user")
    if scope not in ApiToken.Scope.values:
        raise Invalid(_("A token's scope is “read” or “write”."), field="scope")
    secret = new_secret()
    token = ApiToken(user=user, name=name, scope=scope, created_by=actor, created_at=at)
    token.start, token.digest = secret[:9], digest_of(secret)
    save_by(token, actor)
    return token, secret


OVERLAP = timedelta(hours=24)
"""How long the secret before opens after a change, so that programs may be changed over in between."""


@transaction.atomic
def rotate_token(token: ApiToken, *, actor: User, at: datetime) -> str:
    """Give a key another secret, answered this once; the one before opens for a day more."""
    row = ApiToken.objects.select_for_update().get(pk=token.pk)
    if actor.pk != row.user_id:
        raise NotAllowed(_("Only its owner may give a token a new secret."))
    if row.revoked_at is not None:
        raise NotNow(_("This token was revoked. Make a new one instead."))
    secret = new_secret()
    row.old_digest, row.old_until = row.digest, at + OVERLAP
    row.start, row.digest = secret[:9], digest_of(secret)
    save_by(row, actor, at=at, fields=["start", "digest", "old_digest", "old_until"])
    return secret


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User | None, at: datetime) -> ApiToken:
    """Make a key useless from now on; its line stays for the record."""
    if actor and actor.pk != token.user_id and not actor.manages:
        raise NotAllowed(_("Only its owner, a manager or an administrator may revoke a token."))
    if token.revoked_at is None:
        token.revoked_at = at
        save_by(token, actor, fields=["revoked_at"])
    return token


@transaction.atomic
def enter_absence(
    person: User, *, starts_at: datetime, ends_at: datetime, deputy: User | None = None, actor: User, at: datetime
) -> Absence:
    """Write down that somebody is away and who stands in; two absences of one person never overlap.

    Entered by the person, their manager, their office's lead or an administrator.
    """
    _may_arrange(actor, person)
    if ends_at <= at:
        raise Invalid(_("This absence would be over already."), field="ends_at")
    if deputy is not None and not (deputy.is_active and deputy.is_provider):
        raise Invalid(_("%(name)s cannot stand in for anybody.") % {"name": deputy}, field="deputy")
    User.objects.select_for_update().get(pk=person.pk)  # two that are entered at once look one after the other
    absence = Absence(person=person, starts_at=starts_at, ends_at=ends_at, deputy=deputy, created_by=actor, created_at=at)
    check(absence)
    save_by(absence, actor, at=at)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, actor: User, at: datetime) -> None:
    """Have somebody back: what has begun ends now, what has not is taken back; the history keeps both."""
    row = Absence.objects.select_for_update(of=("self",)).select_related("person").filter(pk=absence.pk).first()
    if row is None or row.ends_at <= at:
        raise NotNow(_("This absence is over already."))
    _may_arrange(actor, row.person)
    if row.starts_at >= at:
        sign(row, actor, at)
        row.delete()
        return
    row.ends_at = at
    save_by(row, actor, at=at, fields=["ends_at"])


def _may_arrange(actor: User, person: User) -> None:
    if not selectors.answered_for(actor).filter(pk=person.pk).exists():
        raise NotAllowed(_("An absence is entered by the person, their manager, the lead of their office or an administrator."))


KEYS_KEPT = timedelta(days=7)
"""How long a program may send a change again and be answered as the first time."""


def forget_keyed_requests(at: datetime) -> int:
    """Drop the answers to requests with a key that nobody sends again; answers how many."""
    return KeyedRequest.objects.filter(claimed_at__lt=at - KEYS_KEPT).delete()[0]
