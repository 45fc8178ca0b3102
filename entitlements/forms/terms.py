"""Terms: entered, changed, withdrawn, imported; and which of them a list shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from core.forms import DayField
from customers import selectors as customers
from customers.models import Contract, Equipment, Term
from customers.services import Stated
from entitlements.forms.fields import SEARCH, amount, plain, words
from entitlements.models import QuotationRequest, Remedy

if TYPE_CHECKING:
    from accounts.models import User

WITHIN = (("90", _("in 90 days")), ("60", _("in 60 days")), ("30", _("in 30 days")), ("all", _("all to come")), ("ended", _("ended")))
LARGEST_FILE = 1_000_000


class EndsFilter(forms.Form):
    """Which ends."""

    within = forms.ChoiceField(label=_("Ends"), choices=WITHIN, required=False)
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("all"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Term.Kind.choices], required=False)
    find = forms.CharField(label=_("Customer, contract or equipment"), max_length=60, required=False, widget=SEARCH)

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        if user.is_customer:
            del self.fields["office"]


class QuotationsFilter(forms.Form):
    """Which quotations."""

    status = forms.ChoiceField(label=_("State"), choices=[("", _("all")), *QuotationRequest.Status.choices], required=False)
    find = forms.CharField(label=_("Customer, contract or equipment"), max_length=60, required=False, widget=SEARCH)


class RemediesFilter(forms.Form):
    """Which remedies."""

    status = forms.ChoiceField(label=_("State"), choices=[("", _("all")), *Remedy.Status.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Remedy.Kind.choices], required=False)
    find = forms.CharField(label=_("Ticket, customer or what it is about"), max_length=60, required=False, widget=SEARCH)


class ContractField(forms.ModelChoiceField):
    """A contract, by number and customer."""

    def label_from_instance(self, obj: Any) -> str:
        """Say number and customer."""
        return f"{obj.number} · {obj.organization}"


class EquipmentField(forms.CharField):
    """An equipment by its serial number or the id on its label."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=80, **given)
        self.user: User | None = None

    def clean(self, value: Any) -> Equipment | None:
        """Answer the one equipment that is meant."""
        word = super().clean(value)
        if not word or self.user is None:
            return None
        rows = customers.equipment_for(self.user).select_related("site")
        found = list(rows.filter(qr_id=word.upper())[:1]) or list(rows.filter(serial_number=word)[:2])
        if len(found) != 1:
            raise ValidationError(_t("No equipment, or several, with this serial number; enter the id on the label."), "unknown")
        return found[0]


class ChangeTermForm(forms.Form):
    """What a term says."""

    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(label=_("Last day"))
    scope = forms.ChoiceField(label=_("What is free"), choices=Term.Scope.choices)
    source = plain(_("According to"), length=200, help_text=_("The clause or agreement it comes from."))
    paper = plain(_("Document"), length=60, help_text=_("The number of the document it was signed in."))
    price = amount(_("Price, CNY"), required=False)


class TermForm(forms.Form):
    """A new term: of a contract or of one equipment."""

    contract = ContractField(
        Contract.objects.none(),
        label=_("Contract"),
        required=False,
        empty_label=_("none: of one equipment"),
        help_text=_("For all it covers."),
    )
    equipment = EquipmentField(label=_("Equipment"), required=False, help_text=_("Serial number, or the id on its label."))
    component = plain(_("Component"), help_text=_("Where it holds for a part of the equipment only."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Term.Kind.choices)
    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: the usual time, 12 months, for software 36 from the signed acceptance, for a trial 3."),
    )
    scope = forms.ChoiceField(label=_("What is free"), choices=[("", _("as usual for its kind")), *Term.Scope.choices], required=False)
    source = plain(_("According to"), length=200, help_text=_("The clause or agreement it comes from."))
    paper = plain(_("Document"), length=60, help_text=_("The number of the document it was signed in."))
    price = amount(_("Price, CNY"), required=False)

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        field: Any = self.fields["contract"]
        field.queryset = customers.contracts_for(user).select_related("organization").order_by("number")
        thing: Any = self.fields["equipment"]
        thing.user = user

    def stated(self) -> Stated:
        """Answer what was entered."""
        return Stated(**self.cleaned_data)


class WithdrawForm(forms.Form):
    """Why a term is withdrawn."""

    reason = words(_("Why it is withdrawn"), required=True, length=200)


class ImportForm(forms.Form):
    """A table of terms: as a file, or pasted."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("Columns: contract or equipment, kind, starts_on, ends_on, scope, component, source, paper, price."),
    )
    text = forms.CharField(
        label=_("Or paste the lines"), required=False, max_length=LARGEST_FILE, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean_file(self) -> str:
        """Answer what a file says, in UTF-8 or as Chinese spreadsheets write it."""
        file = self.cleaned_data.get("file")
        if file is None:
            return ""
        if file.size > LARGEST_FILE:
            raise ValidationError(_t("The file is larger than 1 MB."), "too_large")
        raw = file.read()
        if b"\0" in raw:  # a workbook or a picture: some encoding reads everything
            raise ValidationError(_t("The file is no text in UTF-8 or GB 18030."), "not_text")
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return str(raw.decode(encoding))
            except UnicodeDecodeError:
                continue
        raise ValidationError(_t("The file is no text in UTF-8 or GB 18030."), "not_text")

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or {}
        if not self.errors and not (given.get("file") or given.get("text", "").strip()):
            self.add_error("file", _t("Choose a file or paste the lines."))
        return given

    def table(self) -> str:
        """Answer the lines that were sent."""
        return str(self.cleaned_data["file"] or self.cleaned_data["text"])


class DayForm(forms.Form):
    """The day an entitlement is asked for."""

    day = DayField(label=_("Day"), required=False)
    component = plain(_("Component"))
