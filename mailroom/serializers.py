"""How received mail looks to other programs, and what they may decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import CUSTOMER_ROLES, User
from core.api_fields import Input, Known, Output, Text, moment
from customers import selectors as customers
from customers.models import Site
from mailroom.models import IncomingMail
from tickets import selectors as tickets

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tickets.models import Ticket


class MailOutput(Output[IncomingMail]):
    """A mail that came, and what became of it."""

    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None, help_text="Its ticket's number.")
    account = serializers.EmailField(
        source="account.email", read_only=True, allow_null=True, default=None, help_text="The account with the sender's address."
    )
    came_by: serializers.ChoiceField = serializers.ChoiceField(IncomingMail.Way.choices, source="way", read_only=True)
    came_at = moment()
    decided_at = moment()

    class Meta:
        model = IncomingMail
        fields: tuple[str, ...] = (
            "id",
            "came_by",
            "mailbox",
            "message_id",
            "sender",
            "sender_name",
            "subject",
            "size",
            "state",
            "reason",
            "note",
            "ticket",
            "account",
            "came_at",
            "decided_at",
        )
        read_only_fields: tuple[str, ...] = fields


class WholeMailOutput(MailOutput):
    """The same with its words."""

    class Meta(MailOutput.Meta):
        fields: tuple[str, ...] = (*MailOutput.Meta.fields, "text", "whole")
        read_only_fields: tuple[str, ...] = fields
        extra_kwargs = {
            "text": {"help_text": "What is new in it, without the mail that it answers."},
            "whole": {"help_text": "All its words. Empty until it was read."},
        }


def _customers(user: User) -> QuerySet[User]:
    people = User.objects.filter(role__in=CUSTOMER_ROLES, is_active=True)
    return people if user.dispatches else people.none()


class AcceptMailInput(Input):
    """As whose report it is taken over, by the address of the account."""

    customer = Text(max_length=254, help_text="The e-mail address of an active account of a customer.")
    site = Known(
        queryset=Site.objects.none(), among=customers.sites_for, required=False, allow_null=True,
        help_text="Left out: by the equipment that the mail names, else the customer's first.",
    )  # fmt: skip

    def validate_customer(self, address: str) -> User:
        """Find the account."""
        found = _customers(self.context["request"].user).filter(email__iexact=address.strip()).first()
        if found is None:
            sentence = _("There is no active account of a customer with this address. Make one first.")
            raise serializers.ValidationError(sentence, code="does_not_exist")
        return found


class AttachMailInput(Input):
    """To which ticket it is put."""

    ticket = Text(max_length=30, help_text="The ticket's number.")

    def validate_ticket(self, number: str) -> Ticket:
        """Find the ticket, among those that the caller may know of."""
        found = tickets.tickets_for(self.context["request"].user).filter(number=number.strip().upper()).first()
        if found is None:
            raise serializers.ValidationError(_("There is no ticket with this number."), code="does_not_exist")
        return found


class NothingInput(Input):
    """Nothing to say."""


class TakenOutput(serializers.Serializer[Any]):
    """Where a mail stands now."""

    ticket = serializers.CharField(source="number", help_text="The ticket's number.")
