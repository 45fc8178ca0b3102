"""One invitation: who is asked, who is left out and why, the secret link and its message."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.secrets import digest_of
from core.record import save_by
from notifications.services import Draft, post
from surveys import selectors
from surveys.errors import NothingToAsk
from surveys.models import Cause, LeftOut, SurveyInvitation, SurveyRule, SurveyTemplate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.models import Office
    from customers.models import Contract, Organization, Site
    from surveys.models import SurveyCampaign, SurveyVersion
    from surveys.models.asking import Terms
    from tickets.models import Ticket
    from visits.models import Visit

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked: people with an account, or an address."""

    people: Sequence[User] = ()
    address: str = ""

    @property
    def one(self) -> User | None:
        """Answer the only person asked, if it is one."""
        return self.people[0] if len(self.people) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What somebody is asked about; ``key`` names it for good, so that it is asked once."""

    cause: str
    version: SurveyVersion
    key: str
    about: str
    organization: Organization
    asked: Asked = field(default_factory=Asked)
    period: str = ""
    ticket: Ticket | None = None
    visit: Visit | None = None
    contract: Contract | None = None
    site: Site | None = None
    office: Office | None = None
    engineer: User | None = None
    campaign: SurveyCampaign | None = None

    def row(self) -> SurveyInvitation:
        """Answer the invitation it becomes, not yet saved."""
        facts = {name: getattr(self, name) for name in self.__slots__ if name not in {"asked", "about"}}
        return SurveyInvitation(**facts, about=self.about[:300])


def is_drawn(key: str, share: int) -> bool:
    """Whether a key belongs to the share that is asked, the same on every worker and every day."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % HUNDRED < share


def invite_all(askings: Sequence[Asking], terms: Terms, at: datetime) -> list[SurveyInvitation]:
    """Invite several in one transaction, their people locked before the first, so that two batches never wait for each other."""
    hold([person for asking in askings for person in asking.asked.people])
    return [invite(asking, terms, at) for asking in askings]


def hold(people: Iterable[User]) -> None:
    """Have other workers wait with asking these people until this transaction is through: whoever comes next sees that they were asked.

    Always in the order of their ids. Rows that only name them (messages, tickets) wait for nobody.
    """
    keys = {person.pk for person in people}
    list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))


def invite(asking: Asking, terms: Terms, at: datetime, *, valid_days: int | None = None) -> SurveyInvitation:
    """Save the invitation and send its link; who is left out is kept with the reason, and not tried again."""
    asked, why = _chosen(asking, terms, at)
    row, token = asking.row(), secrets.token_urlsafe(32)
    row.token_hash = digest_of(token)
    row.recipient, row.address = asking.asked.one, asking.asked.address
    row.language = asked.people[0].language if asked.people else ""
    row.created_at, row.expires_at = at, at + timedelta(days=valid_days or terms.valid_days)
    row.left_out, row.sent_at = why, None if why else at
    row.remind_every, row.remind_times = terms.remind_after_days, terms.remind_times
    row.remind_at = next_reminder(row, at)
    save_by(row, None, at=at)
    if not why:
        send(row, token, asked, "survey_invited", at)
    return row


def _chosen(asking: Asking, terms: Terms, at: datetime) -> tuple[Asked, str]:
    """Answer who is really asked, or why nobody is."""
    asked = asking.asked
    if not asked.people and not asked.address:
        return asked, LeftOut.NOBODY
    if not is_drawn(asking.key, terms.share):
        return asked, LeftOut.SHARE
    hold(asked.people)  # without a cap as well: who has one is to see it
    if terms.cap_days:
        lately = selectors.asked_lately(asked.people, asked.address, at - timedelta(days=terms.cap_days))
        asked = Asked([each for each in asked.people if each.pk not in lately], "" if asked.address in lately else asked.address)
    return asked, "" if asked.people or asked.address else LeftOut.CAP


def next_reminder(row: SurveyInvitation, at: datetime) -> datetime | None:
    """Answer when to remind next: never after the last one, nor when the link is over by then."""
    if row.left_out or not row.remind_every or row.reminded >= row.remind_times:
        return None
    due = at + timedelta(days=row.remind_every)
    return due if due < row.expires_at else None


def send(row: SurveyInvitation, token: str, asked: Asked, kind: str, at: datetime) -> None:
    """Post a message with the secret link to everybody asked."""
    template = row.version.template
    context: dict[str, Any] = {"about": row.about, "expires_at": row.expires_at, "theme": template.theme, "theme_en": template.theme_en}
    if row.ticket:
        context["ticket_number"] = row.ticket.number
    given: dict[str, Any] = {
        "kind": kind,
        "context": context,
        "key": f"survey:{row.pk}" if kind == "survey_invited" else f"survey:{row.pk}:{row.reminded}",
        "link": reverse("surveys:link", args=[token]),
    }
    drafts = [Draft(recipient=person, **given) for person in asked.people]
    post([*drafts, Draft(address=asked.address, **given)] if asked.address else drafts, at=at)


def ask(
    template_code: str,
    *,
    organization: Organization,
    recipient: User | None,
    about: str,
    key: str,
    at: datetime,
    address: str = "",
    ticket: Ticket | None = None,
    visit: Visit | None = None,
    contract: Contract | None = None,
    engineer: User | None = None,
    office: Office | None = None,
    days: int = 30,
) -> SurveyInvitation | None:
    """Ask somebody with a template, once for a key; None where it was asked before under this key, or the rule leaves them out.

    The rule for other occasions says how often one person is asked and reminded. Raises NothingToAsk for a template that is unknown or
    not published.
    """
    template = SurveyTemplate.objects.filter(code=template_code).first()
    version = selectors.published(template) if template else None
    if version is None:
        raise NothingToAsk(_("There is no published survey template “%(code)s”.") % {"code": template_code})
    asked = Asked([recipient] if recipient else (), "" if recipient else address)
    site = visit.site if visit else ticket.site if ticket else selectors.site_of(contract) if contract else None
    facts = {"ticket": ticket, "visit": visit, "contract": contract, "site": site, "engineer": engineer}
    office = office or (site.region.office if site else None)
    asking = Asking(
        cause=Cause.REQUEST,
        version=version,
        key=f"request:{key}",
        about=about,
        organization=organization,
        asked=asked,
        office=office,
        **facts,  # type: ignore[arg-type]
    )
    if SurveyInvitation.objects.filter(key=asking.key).exists():
        return None
    terms = selectors.rule_for(Cause.REQUEST) or SurveyRule(cause=Cause.REQUEST, cap_days=0)
    try:
        with transaction.atomic():
            row = invite(asking, terms, at, valid_days=days)
    except IntegrityError:
        if SurveyInvitation.objects.filter(key=asking.key).exists():
            return None
        raise
    return None if row.left_out else row
