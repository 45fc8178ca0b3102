"""The ledger of the stock, what it comes to, and what is set aside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from parts import engine
from parts.errors import OnlyAdded
from parts.models.catalogue import Depot, PartType

CENT = Decimal("0.01")


class Condition(models.TextChoices):
    """What state the goods are in."""

    GOOD = engine.GOOD, _("good")
    DEFECTIVE = engine.DEFECTIVE, _("defective")
    IN_REPAIR = engine.IN_REPAIR, _("in repair")


class Kind(models.TextChoices):
    """Movement to the goods; what each does to the levels stands in ``engine.EFFECTS``."""

    RECEIVED = "received", _("goods received")
    RESERVED = "reserved", _("set aside")
    RELEASED = "released", _("given free again")
    USED = "used", _("used")
    EXCHANGED_OUT = "exchanged_out", _("handed out in exchange")
    EXCHANGED_IN = "exchanged_in", _("taken back in exchange")
    SOLD = "sold", _("sold")
    EMERGENCY = "emergency", _("emergency supply")
    TRANSFERRED_OUT = "transferred_out", _("sent to another depot")
    TRANSFERRED_IN = "transferred_in", _("come from another depot")
    COUNTED = "counted", _("stock-taking")
    SENT_FOR_REPAIR = "sent_for_repair", _("sent for repair")
    RETURNED_FROM_REPAIR = "returned_from_repair", _("back from repair")
    WRITTEN_OFF = "written_off", _("written off")


class Rule(models.TextChoices):
    """Why a part is free or charged."""

    WARRANTY = "warranty", _("inside the warranty")
    FREE_SERVICE = "free_service", _("inside the free service")
    ENDED = "ended", _("warranty and free service are over")
    NO_CONTRACT = "no_contract", _("no contract covers it")
    DECIDED = "decided", _("decided by a manager")


FREE_RULES = (Rule.WARRANTY, Rule.FREE_SERVICE)


class StockLevel(models.Model):
    """What the ledger of one part in one depot comes to; locked and written with each line of it."""

    depot = models.ForeignKey(Depot, models.PROTECT, related_name="levels", verbose_name=_("depot"), db_index=False)
    part = models.ForeignKey(PartType, models.PROTECT, related_name="levels", verbose_name=_("spare part"))
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("of them set aside"), default=0)
    defective = models.IntegerField(_("defective"), default=0)
    in_repair = models.IntegerField(_("in repair"), default=0)
    minimum = models.PositiveIntegerField(_("minimum"), default=0, help_text=_("Fewer free ones than this, and the keeper is told."))
    low_since = models.DateTimeField(_("below the minimum since"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["on_hand", "reserved", "defective", "in_repair", "low_since"])

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stocks")
        ordering = ("depot", "part")
        constraints = [
            models.UniqueConstraint(fields=["depot", "part"], name="one_stock_per_depot_and_part"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_is_never_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_is_never_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="only_stock_that_is_there_is_reserved"),
            models.CheckConstraint(condition=Q(defective__gte=0, in_repair__gte=0), name="stock_out_of_order_is_never_negative"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(low_since__isnull=False), name="stock_below_minimum")]

    def __str__(self) -> str:
        return f"{self.depot}: {self.part}"

    @property
    def available(self) -> int:
        """Answer how many good ones nobody has set aside."""
        return self.on_hand - self.reserved

    @property
    def balance(self) -> engine.Balance:
        """Answer the level as the engine reckons with it."""
        return engine.Balance(self.on_hand, self.reserved, self.defective, self.in_repair)


class Reservation(models.Model):
    """Parts set aside for a ticket or a visit; ``left`` is what still waits."""

    part = models.ForeignKey(PartType, models.PROTECT, related_name="reservations", verbose_name=_("spare part"))
    depot = models.ForeignKey(Depot, models.PROTECT, related_name="reservations", verbose_name=_("depot"))
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="part_reservations", verbose_name=_("ticket")
    )
    visit = models.ForeignKey(
        "visits.Visit", models.PROTECT, null=True, blank=True, related_name="part_reservations", verbose_name=_("visit")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    left = models.IntegerField(_("still set aside"))
    created_at = models.DateTimeField(_("set aside at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("set aside by")
    )

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_is_of_something"),
            models.CheckConstraint(condition=Q(left__gte=0, left__lte=F("quantity")), name="reservation_left_is_part_of_it"),
        ]
        indexes = [models.Index(fields=["depot", "part"], condition=Q(left__gt=0), name="reservation_open")]

    def __str__(self) -> str:
        return f"{self.part} x{self.left}"


class LedgerQuerySet(models.QuerySet["StockMovement"]):
    """Lines that cannot be changed or removed."""

    def update(self, **fields: Any) -> int:
        """Refuse."""
        raise OnlyAdded(_("The ledger is only added to; correct it with a stock-taking."))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise OnlyAdded(_("The ledger is only added to; correct it with a stock-taking."))


class StockMovement(models.Model):
    """One line of the ledger: what moved, where, why, by whom. Only ever added; the database refuses changes too."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    part = models.ForeignKey(PartType, models.PROTECT, related_name="movements", verbose_name=_("spare part"), db_index=False)
    depot = models.ForeignKey(Depot, models.PROTECT, related_name="movements", verbose_name=_("depot"), db_index=False)
    condition = models.CharField(_("condition"), max_length=9, choices=Condition.choices, default=Condition.GOOD)
    quantity = models.IntegerField(_("quantity"))
    serial_number = models.CharField(_("serial number"), max_length=80, blank=True)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    reference = models.CharField(
        _("reference"), max_length=80, blank=True, help_text=_("The sender's own id: the same one again changes nothing.")
    )

    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="part_movements", verbose_name=_("ticket")
    )
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, blank=True, related_name="part_movements", verbose_name=_("visit"))
    site = models.ForeignKey("customers.Site", models.PROTECT, null=True, blank=True, related_name="part_movements", verbose_name=_("site"))
    equipment = models.ForeignKey(
        "customers.Equipment", models.PROTECT, null=True, blank=True, related_name="part_movements", verbose_name=_("equipment")
    )
    reservation = models.ForeignKey(
        Reservation, models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("reservation")
    )
    purchase = models.ForeignKey(
        "parts.Purchase", models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("purchase")
    )
    repair = models.ForeignKey("parts.Repair", models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("repair"))
    belongs_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="companions", verbose_name=_("booked together with")
    )

    is_free = models.BooleanField(_("free of charge"), null=True, blank=True)
    rule = models.CharField(_("why"), max_length=12, choices=Rule.choices, blank=True)
    free_until = models.DateField(_("free until"), null=True, blank=True)
    unit_price = models.DecimalField(_("price of one"), max_digits=12, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("charged"), max_digits=14, decimal_places=2, null=True, blank=True)
    override_reason = models.CharField(_("why it was decided otherwise"), max_length=300, blank=True)

    objects: ClassVar[Any] = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="movement_kind_is_known"),
            models.CheckConstraint(condition=Q(condition__in=Condition.values), name="movement_condition_is_known"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | (Q(kind="counted") & ~Q(quantity=0)), name="only_a_stock_taking_takes_away"
            ),
            models.CheckConstraint(condition=~Q(kind="counted") | ~Q(note=""), name="a_stock_taking_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind__in=engine.CONSUMED) | Q(is_free__isnull=False, amount__isnull=False),
                name="what_leaves_is_free_or_charged",
            ),
            models.CheckConstraint(condition=Q(is_free__isnull=True) | Q(is_free=False) | Q(amount=0), name="what_is_free_costs_nothing"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="a_charge_is_not_negative"),
            models.CheckConstraint(condition=~Q(rule="decided") | ~Q(override_reason=""), name="a_decided_charge_has_a_reason"),
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="movement_reference_once"),
        ]
        indexes = [
            models.Index(fields=["part", "-id"], name="ledger_of_part"),
            models.Index(fields=["depot", "-id"], name="ledger_of_depot"),
            models.Index(fields=["part", "serial_number", "-id"], condition=~Q(serial_number=""), name="ledger_of_serial"),
            models.Index(fields=["at", "kind"], name="ledger_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.part_id} x{self.quantity}"

    def save(self, *args: Any, **given: Any) -> None:
        """Add the line; one that stands cannot be changed."""
        if self.pk:
            raise OnlyAdded(_("The ledger is only added to; correct it with a stock-taking."))
        super().save(*args, **given)

    def delete(self, *args: Any, **given: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise OnlyAdded(_("The ledger is only added to; correct it with a stock-taking."))
