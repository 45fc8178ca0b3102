"""What the lists show."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.forms.fields import DepotField
from parts.models import Kind

SEARCH = forms.TextInput(attrs={"type": "search"})
ORDERS_SHOWN = (("open", _("under way")), ("ended", _("finished")), ("all", _("all")))


class StockFilter(forms.Form):
    """Which stocks."""

    depot = DepotField(required=False, empty_label=_("all"))
    find = forms.CharField(label=_("Part"), max_length=60, required=False, widget=SEARCH)
    low = forms.BooleanField(label=_("below the minimum"), required=False)


class LedgerFilter(forms.Form):
    """Which lines of the ledger."""

    depot = DepotField(required=False, empty_label=_("all"))
    kind = forms.ChoiceField(label=_("Movement"), choices=[("", _("all")), *Kind.choices], required=False)
    find = forms.CharField(label=_("Part, serial number or ticket"), max_length=60, required=False, widget=SEARCH)


class OrdersFilter(forms.Form):
    """Which purchases or repairs."""

    show = forms.ChoiceField(label=_("State"), choices=ORDERS_SHOWN, required=False)
    find = forms.CharField(label=_("Part, ticket or tracking number"), max_length=60, required=False, widget=SEARCH)
