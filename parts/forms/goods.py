"""The catalogue, the depots, and goods that come, move and are counted."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, Office, User
from customers import selectors as customers
from customers.models import Site
from parts.forms.fields import DepotField, SerialsField, once, plain, quantity, words
from parts.models import Condition, Depot, PartType

STATES = [(Condition.GOOD.value, Condition.GOOD.label), (Condition.DEFECTIVE.value, Condition.DEFECTIVE.label)]


class PartForm(forms.ModelForm):
    """A part of the catalogue, and what it fits."""

    fits = forms.CharField(
        label=_("Fits these equipment models"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, as written in the customers' equipment."),
    )

    class Meta:
        model = PartType
        fields = ("code", "name", "name_en", "maker", "number", "unit", "price", "is_serialised", "fits", "is_active")

    def clean_fits(self) -> list[str]:
        """Answer the models."""
        return [line.strip()[:80] for line in self.cleaned_data["fits"].splitlines() if line.strip()]

    def _post_clean(self) -> None:
        """Leave the row alone: the services save it."""


class DepotForm(forms.ModelForm):
    """A depot."""

    class Meta:
        model = Depot
        fields = ("code", "name", "name_en", "office", "keeper", "address", "is_active")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        staff = User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).order_by("name")
        cast("forms.ModelChoiceField", self.fields["keeper"]).queryset = staff
        cast("forms.ModelChoiceField", self.fields["office"]).queryset = Office.objects.order_by("code")

    def _post_clean(self) -> None:
        """Leave the row alone: the services save it."""


class MinimumForm(forms.Form):
    """How many free ones there should always be."""

    depot = DepotField()
    minimum = quantity(_("Minimum"), least=0, initial=0)


class ReceiveForm(forms.Form):
    """Goods that no purchase announced."""

    reference = once()
    depot = DepotField()
    quantity = quantity()
    serial_numbers = SerialsField()
    note = words(_("Note"))


class TransferForm(forms.Form):
    """Goods that go to another depot."""

    reference = once()
    depot = DepotField(label=_("From depot"))
    to_depot = DepotField(label=_("To depot"))
    quantity = quantity()
    serial_number = plain(_("Serial number"), help_text=_("For a part that has them; one at a time."))
    condition = forms.ChoiceField(label=_("Condition"), choices=STATES, initial=Condition.GOOD)
    note = words(_("Note"), help_text=_("For example carrier and tracking number."))


class SiteField(forms.ModelChoiceField):
    """A customer's site."""

    def label_from_instance(self, obj: Any) -> str:
        """Say whose site it is."""
        return f"{obj.organization} · {obj}"


class BuyerForm(forms.Form):
    """To whom something is sold."""

    site = SiteField(queryset=Site.objects.none(), label=_("Customer and site"), empty_label=_("please choose"))

    def __init__(self, *args: Any, user: User, **given: Any) -> None:
        super().__init__(*args, **given)
        sites = customers.sites_for(user).select_related("organization").order_by("organization__name", "name")
        cast("SiteField", self.fields["site"]).queryset = sites


class SaleForm(forms.Form):
    """What is sold across the counter."""

    reference = once()
    depot = DepotField(label=_("From depot"))
    quantity = quantity()
    serial_number = plain(_("Serial number"), help_text=_("For a part that has them; one at a time."))
    note = words(_("Note"))


class CountForm(forms.Form):
    """What was counted."""

    reference = once()
    depot = DepotField()
    condition = forms.ChoiceField(label=_("Condition"), choices=STATES, initial=Condition.GOOD)
    counted = quantity(_("Counted"), least=0, initial=None)
    serial_number = plain(_("Serial number"), help_text=_("For a part that has them: which item, and 1 if it is there or 0 if it is not."))
    reason = words(_("Why the stock is put right"), required=True)
