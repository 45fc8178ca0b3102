"""What is done with a part on a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parts import selectors, services
from parts.forms.fields import once, plain, quantity, words
from parts.forms.orders import OrderForm
from parts.models import Depot

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from parts.models import PartType, Reservation, StockLevel
    from tickets.models import Ticket

AS_CONTRACT, FREE, CHARGED = "", "free", "charged"


class FindForm(forms.Form):
    """Which parts to look for."""

    find = forms.CharField(label=_("Part"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"}))


class ActForm(forms.Form):
    """One step with one part on one ticket."""

    label: ClassVar[Any]
    done: ClassVar[Any]
    sign: ClassVar[str]
    is_charged: ClassVar[bool] = False
    act: ClassVar[Callable[..., object]]

    def __init__(self, *args: Any, part: PartType, ticket: Ticket, user: User, **given: Any) -> None:
        super().__init__(*args, **given)
        self.part, self.ticket, self.user = part, ticket, user
        self.shape()

    def shape(self) -> None:
        """Offer what there is."""

    def facts(self) -> dict[str, Any]:
        """Answer what was typed, for the service."""
        return dict(self.cleaned_data)


class FromDepotForm(ActForm):
    """A step that takes something from a depot."""

    depot = forms.ChoiceField(label=_("From depot"))
    note = words(_("Note"))

    def shape(self) -> None:
        """Offer the depots that have some, the own region's first."""
        levels = selectors.levels_of(self.part).filter(depot__is_active=True)
        self.kept: dict[int, Reservation] = {
            row.depot_id: row for row in selectors.reservations_of(self.ticket) if row.part_id == self.part.pk
        }
        self.levels = sorted(levels, key=lambda level: (level.depot.office_id != self.ticket.office_id, level.depot.code))
        choice = cast("forms.ChoiceField", self.fields["depot"])
        choice.choices = [(level.depot_id, self._label(level)) for level in self.levels if level.available or level.depot_id in self.kept]

    def _label(self, level: StockLevel) -> str:
        words = gettext("%(depot)s · %(free)s free") % {"depot": level.depot, "free": level.available}
        kept = self.kept.get(level.depot_id)
        return f"{words} · {gettext('%(left)s set aside for this ticket') % {'left': kept.left}}" if kept else words

    def clean_depot(self) -> Depot:
        """Answer the depot."""
        return next(level.depot for level in self.levels if str(level.depot_id) == self.cleaned_data["depot"])


class ReserveForm(FromDepotForm):
    """Set aside."""

    label, done, sign = _("Set aside"), _("It is set aside for this ticket."), "bookmark"
    act = staticmethod(services.reserve)

    reference = once()
    quantity = quantity()
    visit: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("For a visit"), required=False, empty_label=_("for the ticket as a whole")
    )
    field_order = ["reference", "depot", "quantity", "visit", "note"]

    def shape(self) -> None:
        """Offer the visits that are still to be made."""
        super().shape()
        visits = self.ticket.visits.filter(status__in=["planned", "departed", "on_site"]).order_by("id")
        cast("forms.ModelChoiceField", self.fields["visit"]).queryset = visits
        if not visits:
            del self.fields["visit"]


class HandForm(FromDepotForm):
    """A step by which something leaves for the customer, free or charged."""

    is_charged = True

    reference = once()
    quantity = quantity()
    item = forms.ChoiceField(label=_("Which item"))
    charge = forms.ChoiceField(label=_("Charge"), required=False)
    override_reason = words(_("Why it is decided otherwise"), help_text=_("Only where it is not as the contract says."))
    field_order = ["reference", "depot", "item", "quantity", "serial_in", "is_device", "note", "charge", "override_reason"]

    def shape(self) -> None:
        """Offer single items where they have serial numbers; let managers decide about the charge."""
        super().shape()
        if self.part.is_serialised:
            items = selectors.items_in_stock(self.part, *(level.depot for level in self.levels))
            item = cast("forms.ChoiceField", self.fields["item"])
            item.choices = [(row.serial_number, f"{row.serial_number} · {row.depot}") for row in items]
            self.places = {row.serial_number: row.depot for row in items}
        for name in ("depot", "quantity") if self.part.is_serialised else ("item",):
            del self.fields[name]
        if self.user.manages:
            words = [(AS_CONTRACT, gettext("as the contract says")), (FREE, gettext("free of charge")), (CHARGED, gettext("charged"))]
            cast("forms.ChoiceField", self.fields["charge"]).choices = words
        else:
            del self.fields["charge"], self.fields["override_reason"]

    def facts(self) -> dict[str, Any]:
        """Answer what was typed: what is set aside for this ticket in that depot is taken first."""
        given = dict(self.cleaned_data)
        charge, reason = given.pop("charge", ""), given.pop("override_reason", "")
        if item := given.pop("item", ""):
            given |= {"serial_number": item, "depot": self.places[item]}
        kept = self.kept.get(given["depot"].pk)
        given["reservation"] = kept if kept and given.get("quantity", 1) <= kept.left else None
        given["decision"] = services.Decision(is_free=charge == FREE, reason=reason) if charge else None
        return given


class UseForm(HandForm):
    """Use."""

    label, done, sign = _("Use"), _("It is booked as used on this ticket."), "tool"
    act = staticmethod(services.use)


class ExchangeForm(HandForm):
    """Exchange."""

    label, done, sign = _("Exchange"), _("The exchange is booked; the defective one is in the depot."), "refresh"
    act = staticmethod(services.exchange)

    serial_in = plain(_("Serial number of the one taken back"))
    is_device = forms.BooleanField(
        label=_("The whole device is exchanged"),
        required=False,
        help_text=_("The serial number of the equipment becomes that of the new one."),
    )

    def shape(self) -> None:
        """Begin with the equipment's own serial number; one at a time."""
        super().shape()
        self.fields.pop("quantity", None)
        if self.ticket.equipment and self.part.is_serialised:
            self.fields["serial_in"].initial = self.ticket.equipment.serial_number
        else:
            del self.fields["is_device"]
        self.fields["serial_in"].required = self.part.is_serialised


class SellForm(HandForm):
    """Sell."""

    label, done, sign = _("Sell"), _("The sale is booked."), "tag"
    act = staticmethod(services.sell)

    def facts(self) -> dict[str, Any]:
        """A sale is never of what was set aside."""
        return {name: value for name, value in super().facts().items() if name != "reservation"}


class EmergencyForm(ActForm):
    """Emergency supply."""

    label, done, sign = _("Emergency supply"), _("The emergency supply is under way; the keeper of the depot is told."), "urgent"
    act = staticmethod(services.supply)
    is_charged = True

    reference = once()
    quantity = quantity()
    reason = words(_("Why it is urgent"), required=True)

    def shape(self) -> None:
        """Items with serial numbers go one by one."""
        if self.part.is_serialised:
            del self.fields["quantity"]


class TicketOrderForm(ActForm, OrderForm):
    """Order from the maker."""

    label, done, sign = _("Order from the maker"), _("The purchase is on its way."), "truck"
    act = staticmethod(services.order)

    pauses = forms.BooleanField(
        label=_("The ticket waits for it"),
        required=False,
        help_text=_("Its pausable clocks stand still until the expected time; the customer sees it and may object."),
    )
    field_order = ["depot", "quantity", "expected_at", "pauses", "carrier", "tracking_number", "is_urgent", "reason"]

    def shape(self) -> None:
        """Begin with the depot of the ticket's region."""
        self.fields["depot"].initial = Depot.objects.filter(office=self.ticket.office, is_active=True).order_by("code").first()


ACTS: dict[str, type[ActForm]] = {
    "reserve": ReserveForm,
    "use": UseForm,
    "exchange": ExchangeForm,
    "sell": SellForm,
    "emergency": EmergencyForm,
    "order": TicketOrderForm,
}
