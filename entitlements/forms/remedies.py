"""Remedies: proposed, answered, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from entitlements.forms.fields import amount, plain, told_by, words
from entitlements.models import Remedy
from entitlements.services import Proposed
from parts.models import Repair, StockMovement

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.models import Ticket

CHARGE = (("", _("as the rule says")), ("free", _("free of charge")), ("charged", _("charged")))


class MovementField(forms.ModelChoiceField):
    """An exchange booked on the ticket."""

    def label_from_instance(self, obj: Any) -> str:
        """Say part, serial number and depot."""
        return " · ".join(filter(None, (str(obj.part), obj.serial_number, str(obj.depot))))


class RepairField(forms.ModelChoiceField):
    """A repair at the maker that belongs to the ticket."""

    def label_from_instance(self, obj: Any) -> str:
        """Say number and part."""
        return f"{obj.number} · {obj.part}"


class LinkedForm(forms.Form):
    """By which movement of the stock, or repair at the maker."""

    movement = MovementField(StockMovement.objects.none(), label=_("Exchange booked on the ticket"), required=False, empty_label=_("none"))
    repair = RepairField(Repair.objects.none(), label=_("Repair at the maker"), required=False, empty_label=_("none"))

    def __init__(self, *given: Any, ticket: Ticket, **more: Any) -> None:
        super().__init__(*given, **more)
        movement: Any = self.fields["movement"]
        exchanged = StockMovement.objects.filter(ticket=ticket, kind="exchanged_out")
        movement.queryset = exchanged.select_related("part", "depot").order_by("pk")
        repair: Any = self.fields["repair"]
        repair.queryset = Repair.objects.filter(ticket=ticket).select_related("part").order_by("pk")


class RemedyForm(LinkedForm):
    """What is to be done."""

    kind = forms.ChoiceField(label=_("What is done"), choices=Remedy.Kind.choices)
    what = plain(_("What it is about"), required=True, length=200, help_text=_("The equipment or the part, with its serial number."))
    component = plain(_("Component"), help_text=_("Where a term holds for it alone."))
    price = amount(
        _("Original price or cost, CNY"), help_text=_("Of compensation the original price; of repair or exchange what it costs.")
    )
    charge = forms.ChoiceField(label=_("Charge"), choices=CHARGE, required=False)
    why = words(_("Reason"), help_text=_("Needed where a manager decides otherwise than the rule."))
    field_order = ("kind", "what", "component", "price", "movement", "repair", "charge", "why")

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        if not user.manages:
            del self.fields["charge"], self.fields["why"]

    def proposed(self) -> Proposed:
        """Answer what was entered."""
        given = dict(self.cleaned_data)
        charge = given.pop("charge", "")
        return Proposed(**given, is_free=charge == "free" if charge else None)


class AgreeForm(forms.Form):
    """Who agrees."""

    name = told_by()


class RefuseForm(forms.Form):
    """Why not."""

    reason = words(_("Why"), required=True)


class CarryOutForm(LinkedForm):
    """How it was done."""
