"""What a mail does to a ticket: it opens one, answers one, or opens one that follows an ended one."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import DomainError
from customers import selectors as customers
from mailroom.models import IncomingMail
from tickets import services as tickets
from tickets import workflow
from tickets.models import Channel, Kind, Status, Ticket
from tickets.services import files as uploads
from tickets.services.moves import GRACE_DAYS

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from customers.models import Equipment, Site
    from mailroom.engine.reading import Mail

LONGEST, SUBJECT = 20_000, 200
SMALL_PICTURE = 10_000
"""Bytes below which a picture in the text is a logo or a smiley."""
THANKS = re.compile(
    r"谢谢|多谢|感谢|謝謝|感謝|好的|收到|已解决|已经好了|恢复正常|没问题了|可以了|辛苦|"
    r"thank|thx|works (?:now|again)|solved|great|perfect|much appreciated",
    re.IGNORECASE,
)
BUT = re.compile(
    r"[?？]|还是|仍|依然|又|但|不行|不能|没有|没好|未|无法|再次|失败|报错|吗|麻烦|请|(?<!没)问题|问题(?!了)|"
    r"\b(?:still|not|but|however|fail|error|broken|cannot)\b|n't",
    re.IGNORECASE,
)
SHORT = 120
MOST_NAMES, NAMED = 1000, 20
"""Words of a mail that may be the number of a piece of equipment, and rows that are looked at to see whether it is one alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes: an account, or whom the mail names."""

    account: User | None = None
    name: str = ""
    address: str = ""

    @property
    def said_to_be(self) -> str:
        """Answer what stands in the record where no account does."""
        return "" if self.account else f"{self.name} <{self.address}>".strip()[:300]


@dataclass(frozen=True, slots=True)
class Kept:
    """Files that are taken, and how many are not (of a type that is not kept, too large, too many)."""

    files: list[UploadedFile]
    left_out: int


def files_of(mail: Mail) -> Kept:
    """Sort out a mail's files; what is not taken stays in the mail that is kept."""
    taken: list[UploadedFile] = []
    left_out = mail.left_out
    for each in mail.files:
        if each.is_inline and len(each.content) < SMALL_PICTURE:
            continue
        upload = SimpleUploadedFile(each.name or "file", each.content, each.kind)
        try:
            uploads.check(upload)
        except DomainError:
            left_out += 1
            continue
        if len(taken) < settings.ATTACHMENTS_MAX:
            taken.append(upload)
        else:
            left_out += 1
    return Kept(taken, left_out)


def words_of(mail: Mail) -> str:
    """Answer the words that become a line of the record: what is new, or all of a mail that passes another one on."""
    text = mail.whole if mail.is_forward else mail.text
    if mail.is_sealed and not text:
        text = _("The e-mail is encrypted; it is kept as it came.")
    if len(text) > LONGEST:
        text = text[: LONGEST - 200].rstrip() + "\n\n" + _("(The e-mail is longer; all of it is kept with the mail.)")
    return text


def answer(ticket: Ticket, row: IncomingMail, mail: Mail, writer: Writer, at: datetime, *, is_internal: bool = False) -> tuple[Ticket, str]:
    """Add what the mail says to a ticket as whoever writes; answer the ticket it stands in now, and the reason's word.

    ``is_internal``: what one of ours writes is a note, not a message to the customer.
    """
    kept = files_of(mail)
    facts = _facts(row, writer, kept)
    if writer.account is not None and writer.account.is_provider:
        if is_internal:
            return note(ticket, row, mail, writer, at), IncomingMail.Reason.REPLIED
        text = words_of(mail) or _("See the files of this e-mail.")
        done = tickets.contact(ticket, actor=writer.account, at=at, text=text, files=kept.files, facts=facts)
        return done, IncomingMail.Reason.REPLIED
    if _is_over(ticket, at):
        return _follow(ticket, mail, writer, kept, at=at, facts=facts), IncomingMail.Reason.FOLLOWED
    text = words_of(mail)
    done = tickets.reply(ticket, actor=writer.account, at=at, text=text, files=kept.files, facts=facts)
    if ticket.status in (Status.RESOLVED, Status.CLOSED) and not is_thanks(text):
        done = _again(done, writer, at)
    return done, IncomingMail.Reason.REPLIED


def note(ticket: Ticket, row: IncomingMail, mail: Mail, writer: Writer, at: datetime) -> Ticket:
    """Add what a mail of one of ours says as a note among us: the customer reads nothing of it, and no move follows from it."""
    kept = files_of(mail)
    text = words_of(mail) or _("See the files of this e-mail.")
    return tickets.note(ticket, actor=writer.account, at=at, text=text, files=kept.files, facts=_facts(row, writer, kept))


def is_thanks(text: str) -> bool:
    """Whether somebody only says thanks: that opens nothing again."""
    return len(text) <= SHORT and bool(THANKS.search(text)) and not BUT.search(text)


def _is_over(ticket: Ticket, at: datetime) -> bool:
    """Whether the portal would have it reported anew: cancelled, or closed longer than the days of grace."""
    if ticket.status == Status.CANCELLED:
        return True
    return ticket.status == Status.CLOSED and ticket.closed_at is not None and at - ticket.closed_at > timedelta(days=GRACE_DAYS)


def _again(ticket: Ticket, writer: Writer, at: datetime) -> Ticket:
    """Open it again by the move that the portal offers; a complaint goes round in its own loop."""
    if workflow.belongs_to_loop("reopen", ticket.kind):
        return ticket
    reason = _("The customer answered by e-mail.")
    if ticket.status == Status.RESOLVED and writer.account is not None:
        return tickets.reject(ticket, actor=writer.account, at=at, reason=reason)
    return tickets.reopen(ticket, actor=writer.account, at=at, reason=reason)


def _follow(ticket: Ticket, mail: Mail, writer: Writer, kept: Kept, *, at: datetime, facts: dict[str, Any]) -> Ticket:
    contact: dict[str, Any] = {
        "contact_name": ticket.contact_name,
        "contact_phone": ticket.contact_phone,
        "contact_email": ticket.contact_email,
    }
    draft = tickets.Report(
        kind=Kind.CONSULTATION if ticket.kind == Kind.INQUIRY else ticket.kind, severity=ticket.severity, subject=ticket.subject,
        site=ticket.site, equipment=ticket.equipment, description=words_of(mail), channel=Channel.EMAIL, follows=ticket,
        files=kept.files, facts=facts, submission=_form(facts), **({} if writer.account else contact),
    )  # fmt: skip
    return tickets.report(draft, actor=writer.account, at=at)


def open_ticket(row: IncomingMail, mail: Mail, account: User, at: datetime, *, site: Site | None = None) -> Ticket | None:
    """Report what a customer's mail says; None where they belong to no site. ``site``: chosen by a person."""
    place, equipment, is_sure = _place(mail, account) if site is None else (site, None, True)
    if place is None:
        return None
    kept = files_of(mail)
    facts = _facts(row, Writer(account=account), kept)
    box = row.mailbox
    words = (mail.whole if not mail.references else "") or words_of(mail)
    draft = tickets.Report(
        kind=box.kind if box else Kind.FAULT, severity=box.severity if box else 3, subject=_topic(mail), site=place, equipment=equipment,
        description=_cut(words), channel=Channel.EMAIL, files=kept.files, facts=facts, submission=_form(facts),
    )  # fmt: skip
    ticket = tickets.report(draft, actor=account, at=at)
    if not is_sure:
        with override(settings.LANGUAGE_CODE):
            sentence = _("The e-mail named no equipment and its sender has several sites: check the site.")
        tickets.note(ticket, actor=None, at=at, text=sentence)
    return ticket


def _topic(mail: Mail) -> str:
    first = next((line.strip() for line in mail.text.split("\n") if line.strip()), "")
    return (mail.topic or first)[:SUBJECT] or _("(no subject)")


def _cut(text: str) -> str:
    return (
        text
        if len(text) <= LONGEST
        else text[: LONGEST - 200].rstrip() + "\n\n" + _("(The e-mail is longer; all of it is kept with the mail.)")
    )


def _form(facts: dict[str, Any]) -> uuid.UUID:
    """Answer the id of the form that this mail would have been: reported once, however often it is tried."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"mailroom.mail:{facts['mail']}")


def _facts(row: IncomingMail, writer: Writer, kept: Kept) -> dict[str, Any]:
    facts: dict[str, Any] = {"mail": row.pk}
    if writer.said_to_be:
        facts["from"] = writer.said_to_be
    if kept.left_out:
        facts["left_out"] = kept.left_out
    return facts


def _place(mail: Mail, account: User) -> tuple[Site | None, Equipment | None, bool]:
    """Find where it is: the one equipment that the mail names by its number or label, else the one site, else the first."""
    equipment = (
        customers.equipment_for(account).filter(is_active=True, site__organization__is_active=True).select_related("site__organization")
    )
    words = list(dict.fromkeys(re.findall(r"[A-Z0-9][A-Z0-9._/-]{3,79}", f"{mail.subject}\n{mail.whole[:LONGEST]}".upper())))[:MOST_NAMES]
    called = equipment.annotate(serial=Upper("serial_number"), label=Upper("qr_id")).filter(Q(serial__in=words) | Q(label__in=words))
    named = {each.pk: each for each in called.order_by("pk")[:NAMED]}
    if len(named) == 1:
        only = next(iter(named.values()))
        return only.site, only, True
    sites = list(customers.sites_for(account).filter(organization__is_active=True).order_by("pk")[:2])
    if not sites:
        return None, None, False
    if len(sites) == 1:
        here = list(equipment.filter(site=sites[0])[:2])
        return sites[0], here[0] if len(here) == 1 else None, True
    return sites[0], None, False
