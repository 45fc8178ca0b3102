"""What is typed about mailboxes and received mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import CUSTOMER_ROLES, User
from customers.models import Site
from mailroom.models import IncomingMail, Mailbox
from mailroom.services.mailboxes import FIELDS
from tickets import selectors as tickets

if TYPE_CHECKING:
    from tickets.models import Ticket

SITES_SHOWN = 200


class MailboxForm(forms.ModelForm):
    """A mailbox; its password is typed and never shown."""

    password = forms.CharField(
        label=_("Password"), max_length=200, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Many providers want one made for programs (QQ, NetEase: 授权码). Empty: the one that is kept."),
    )  # fmt: skip

    class Meta:
        model = Mailbox
        fields = FIELDS

    def _post_clean(self) -> None:
        """Leave the row alone: the service writes it and checks its rules."""


class AcceptForm(forms.Form):
    """As whose report a mail is taken over."""

    customer = forms.EmailField(label=_("Customer's account (e-mail address)"))
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("by the mail, else their first")
    )

    def __init__(self, *args: Any, mail: IncomingMail, **given: Any) -> None:
        account = mail.account if mail.account is not None and mail.account.is_customer else None
        given.setdefault("initial", {"customer": account.email if account else ""})
        super().__init__(*args, **given)
        membership = getattr(account, "membership", None) if account else None
        sites = Site.objects.select_related("organization").order_by("organization__name", "name", "pk")
        if self.is_bound:
            self.fields["site"].queryset = sites  # type: ignore[attr-defined]  # which of them is theirs, the service checks
        elif membership is not None:
            self.fields["site"].queryset = sites.filter(organization=membership.organization_id)[:SITES_SHOWN]  # type: ignore[attr-defined]

    def clean_customer(self) -> User:
        """Find the account."""
        found = User.objects.filter(email__iexact=self.cleaned_data["customer"], is_active=True, role__in=CUSTOMER_ROLES).first()
        if found is None:
            raise forms.ValidationError(_("There is no active account of a customer with this address. Make one first."))
        return found


class AttachForm(forms.Form):
    """To which ticket a mail is put."""

    ticket = forms.CharField(label=_("Ticket number"), max_length=30)

    def __init__(self, *args: Any, user: User, mail: IncomingMail, **given: Any) -> None:
        given.setdefault("initial", {"ticket": mail.ticket.number if mail.ticket else ""})
        super().__init__(*args, **given)
        self.user = user

    def clean_ticket(self) -> Ticket:
        """Find the ticket, among those that this person may know of."""
        number = self.cleaned_data["ticket"].strip().upper()
        found = tickets.tickets_for(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no ticket with this number."))
        return found


class BlockForm(forms.Form):
    """Whose mail is not wanted."""

    address = forms.CharField(label=_("Address, or @ and a domain"), max_length=254)


class LogForm(forms.Form):
    """Which mails are listed."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), *IncomingMail.State.choices],
        widget=forms.Select(attrs={"data-submit-on-change": ""}),
    )

    def text(self) -> str:
        """Answer the state; all where none of them is asked for."""
        return self.cleaned_data["state"] if self.is_valid() else ""
