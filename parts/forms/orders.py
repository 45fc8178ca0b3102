"""Purchases and repairs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from parts.forms.fields import DepotField, SerialsField, moment, plain, quantity, words


class PlaceForm(forms.Form):
    """How and when what was ordered comes."""

    expected_at = moment(_("Expected"), help_text=_("Needed where a ticket waits for it."))
    carrier = plain(_("Carrier"), length=60)
    tracking_number = plain(_("Tracking number"))


class PausingForm(PlaceForm):
    """The same, where a ticket may wait for it."""

    pauses = forms.BooleanField(
        label=_("The ticket waits for it"),
        required=False,
        help_text=_("Its pausable clocks stand still until the expected time; the customer sees it and may object."),
    )


class OrderForm(PlaceForm):
    """A part to order from its maker."""

    depot = DepotField(label=_("For depot"))
    quantity = quantity()
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    reason = words(_("Why"))
    field_order = ["depot", "quantity", "expected_at", "carrier", "tracking_number", "is_urgent", "reason"]


class TrackForm(PlaceForm):
    """Where it is and when it comes now."""

    reason = words(_("Why it comes at another time"), help_text=_("Where a ticket waits for it, the customer reads this."))


class TakeInForm(forms.Form):
    """What has come."""

    quantity = quantity(_("Goods arrived"))
    serial_numbers = SerialsField()
    note = words(_("Note"))


class CallOffForm(forms.Form):
    """Why it is called off."""

    reason = words(_("Why"), required=True)


class RepairForm(forms.Form):
    """Defective items to send to the maker."""

    depot = DepotField()
    quantity = quantity()
    serial_number = plain(_("Serial number"))
    carrier = plain(_("Carrier"), length=60)
    tracking_number = plain(_("Tracking number"))
    expected_on = DayField(label=_("Expected back on"), required=False)
    note = words(_("What is wrong with it"))


class BackForm(forms.Form):
    """What came back."""

    serial_number = plain(_("Serial number"), help_text=_("Where the maker sent another item instead; empty: the same one."))
    outcome = words(_("What was done"))


class WriteOffForm(forms.Form):
    """Why nothing comes back."""

    outcome = words(_("Why it does not come back"), required=True)


def initial_of(purchase: Any) -> dict[str, Any]:
    """Answer how a purchase is tracked now."""
    return {name: getattr(purchase, name) for name in ("expected_at", "carrier", "tracking_number")}
