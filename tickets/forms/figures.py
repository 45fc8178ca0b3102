"""What the dashboard and the lists behind its figures are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, Office, User
from core.errors import Invalid
from core.forms import DayField
from customers.models import Contract, Organization
from tickets.figures.behind import DISPUTED, FIGURES, MET, MISSED, PROMISES, WAYS, Wanted
from tickets.figures.period import LONGEST, Period, Scope, latest, quarter
from tickets.forms.desk import SEVERITIES
from tickets.models import Kind

if TYPE_CHECKING:
    from datetime import date

    from django.forms.utils import ErrorList

USUAL = "30"
CUSTOM = "custom"
LISTED = 100
"""Customers that the field suggests; any other is found by typing its name."""


class CustomerField(forms.CharField):
    """A customer by id (in links), code or name; a piece of the name is enough where only one has it."""

    def clean(self, value: Any) -> Organization | None:
        """Answer the one that is meant."""
        words = super().clean(value)
        if not words:
            return None
        if words.isdecimal():
            exact = list(Organization.objects.filter(pk=int(words[:18])))
        else:
            exact = list(Organization.objects.filter(Q(code=words) | Q(name=words) | Q(short_name=words))[:2])
        pieces = Q(name__icontains=words) | Q(short_name__icontains=words)
        found = exact or list(Organization.objects.filter(pieces).order_by("name")[:5])
        if not found:
            raise ValidationError(_("No customer is called “%(words)s”."), params={"words": words})
        if len(found) > 1:
            names = ", ".join(map(str, found))
            raise ValidationError(_("Several customers fit “%(words)s”: %(names)s."), params={"words": words, "names": names})
        return found[0]


class ContractField(forms.CharField):
    """A contract by id (in links) or number; a piece of the number is enough where only one has it."""

    def clean(self, value: Any) -> Contract | None:
        """Answer the one that is meant."""
        words = super().clean(value)
        if not words:
            return None
        exact = Contract.objects.filter(number=words).first()
        if exact is None and words.isdecimal():
            exact = Contract.objects.filter(pk=int(words[:18])).first()
        found = [exact] if exact else list(Contract.objects.filter(number__icontains=words).order_by("number")[:5])
        if not found:
            raise ValidationError(_("No contract has the number “%(words)s”."), params={"words": words})
        if len(found) > 1:
            numbers = ", ".join(each.number for each in found)
            raise ValidationError(_("Several contracts fit “%(words)s”: %(numbers)s."), params={"words": words, "numbers": numbers})
        return found[0]


class DashboardForm(forms.Form):
    """When and whose. A value that makes no sense is named at its field, and the usual one is shown."""

    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[
            ("7", _("last 7 days")),
            (USUAL, _("last 30 days")),
            ("90", _("last 90 days")),
            ("quarter", _("this quarter")),
            ("last-quarter", _("last quarter")),
            (CUSTOM, _("from … to …")),
        ],
    )
    since = DayField(label=_("First day"), required=False)
    until = DayField(label=_("Last day"), required=False)
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("all"))
    customer = CustomerField(
        label=_("Customer"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "list": "customers", "autocomplete": "off"}),
    )  # fmt: skip

    contract = ContractField(
        label=_("Contract"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )

    def __init__(self, data: Any, *, today: date) -> None:
        given = data.copy()
        if not given.get("period"):
            given["period"] = CUSTOM if given.get("since") or given.get("until") else USUAL
        super().__init__(given, auto_id="filter-%s")
        self.today = today
        self.is_valid()
        if organization := self.chosen_scope.organization:
            given["customer"] = organization.name  # a link names it by id; a person reads the name
        if contract := self.chosen_scope.contract:
            given["contract"] = contract.number

    def clean(self) -> dict[str, Any]:
        """Look at the two days together."""
        given = super().clean() or {}
        if given.get("period") == CUSTOM and not {"since", "until"} & self.errors.keys():
            self._check_days(given)
        return given

    def _check_days(self, given: dict[str, Any]) -> None:
        since, until = given.get("since"), given.get("until")
        if not since or not until:
            self.add_error("until" if since else "since", _("Choose both days."))
        elif until < since:
            self.add_error("until", _("The last day comes before the first one."))
        elif (until - since).days >= LONGEST:
            self.add_error("until", _("A dashboard looks at %(days)s days at most.") % {"days": LONGEST})

    @property
    def chosen_period(self) -> Period:
        """Answer the days that are asked for; the usual ones if they make no sense."""
        chosen = self.cleaned_data.get("period") or USUAL
        if chosen == CUSTOM:
            since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
            return Period(since, until) if since and until else latest(int(USUAL), self.today)
        if chosen.endswith("quarter"):
            return quarter(self.today, back=int(chosen != "quarter"))
        return latest(int(chosen), self.today)

    @property
    def chosen_scope(self) -> Scope:
        """Answer whose tickets are asked for."""
        given = self.cleaned_data
        return Scope(office=given.get("office"), organization=given.get("customer"), contract=given.get("contract"))

    @property
    def suggested(self) -> list[str]:
        """Answer names of customers to choose from."""
        return list(Organization.objects.filter(is_active=True).order_by("name").values_list("name", flat=True)[:LISTED])


class BehindForm(forms.Form):
    """Which rows are listed. Links make these addresses, so what makes no sense is refused as a whole."""

    figure = forms.ChoiceField(required=False, choices=[(name, name) for name in FIGURES])
    since = DayField()
    until = DayField()
    outcome = forms.ChoiceField(required=False, choices=[(MET, MET), (MISSED, MISSED), (DISPUTED, DISPUTED)])
    promise = forms.SlugField(required=False, max_length=40)
    way = forms.ChoiceField(required=False, choices=[(name, name) for name in WAYS])
    kind = forms.ChoiceField(required=False, choices=Kind.choices)
    severity = forms.TypedChoiceField(required=False, choices=SEVERITIES, coerce=int, empty_value=None)
    office = forms.ModelChoiceField(Office.objects.all(), required=False)
    customer = CustomerField(required=False)
    contract = ContractField(required=False)
    engineer = forms.ModelChoiceField(User.objects.filter(role__in=PROVIDER_ROLES), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse days that run backwards or too far."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and not 0 <= (until - since).days < LONGEST:
            raise ValidationError(_("A dashboard looks at %(days)s days at most.") % {"days": LONGEST})
        return given

    def wanted(self) -> Wanted:
        """Answer what is asked for, or refuse in a sentence."""
        if not self.is_valid():
            raise Invalid(_("This list cannot be shown: %(why)s Open it from the dashboard.") % {"why": _first(self.errors.values())})
        given = self.cleaned_data
        columns = {"kind": "kind", "severity": "severity", "office": "office", "customer": "organization", "engineer": "assignee"}
        columns["contract"] = "contract"
        return Wanted(
            figure=given["figure"] or PROMISES,
            period=Period(given["since"], given["until"]),
            outcome=given["outcome"],
            promise=given["promise"],
            way=given["way"],
            facts=tuple((column, given[name]) for name, column in columns.items() if given[name]),
        )


def _first(errors: Any) -> str:
    found: list[ErrorList] = list(errors)
    return str(found[0][0])
