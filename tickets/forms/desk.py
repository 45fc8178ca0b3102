"""Forms of the queue: what is looked for, what is kept under a name, what is done to many."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, Office, Team, User
from customers.models import Organization
from tickets import selectors, workflow
from tickets.models import Kind, Status, Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

NUMBER = re.compile(r"[A-Za-z]{2,}-\d{8}-\d+")
SOON = timedelta(hours=4)
"""A promise due within this time is at risk."""
SEVERITIES = [(1, _("1 (worst)")), (2, "2"), (3, "3"), (4, "4")]
QUICK = ("", "assignee=me", "team=mine", "assignee=none", "risk=late", "risk=soon")
"""Filters that are one click away."""
STATES = [("", _("open")), *Status.choices, ("all", _("all, closed too"))]


class QueueFilter(forms.Form):
    """What the queue shows. A value that makes no sense is named at its field and left out."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    risk = forms.ChoiceField(
        label=_("Next promise"),
        required=False,
        choices=[("", _("any")), ("late", _("running late")), ("soon", _("due within 4 hours"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("any")), *Kind.choices])
    severity = forms.TypedChoiceField(
        label=_("Severity"), required=False, choices=[("", _("any")), *SEVERITIES], coerce=int, empty_value=None
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    office = forms.ChoiceField(label=_("Office"), required=False)
    customer = forms.CharField(
        label=_("Customer"), required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )

    contract = forms.CharField(
        label=_("Contract"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(self._readable(data), auto_id="filter-%s")
        self.user = user
        self._choose("assignee", [("me", _("me")), ("none", _("nobody"))], self._named_person())
        self._choose("team", [("mine", _("my teams"))], [(str(team.pk), str(team)) for team in Team.objects.order_by("code")])
        self._choose("office", [("mine", _("my office"))], [(str(office.pk), str(office)) for office in Office.objects.order_by("code")])

    @staticmethod
    def _readable(data: Any) -> Any:
        """Put the customer's name where a link gives the id: nobody reads ids."""
        given = str(data.get("customer", ""))
        found = Organization.objects.filter(pk=int(given[:18])).first() if given.isdecimal() else None
        return {**dict(data.items()), "customer": found.name} if found else data

    def _choose(self, name: str, special: list[tuple[str, Any]], rows: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", _("any")), *special, *rows]  # type: ignore[attr-defined]

    def _named_person(self) -> list[tuple[str, str]]:
        """Offer the person a link asks for; the list of all would be long."""
        given = str(self.data.get("assignee", ""))
        if not given.isdecimal():
            return []
        return [(str(user.pk), str(user)) for user in User.objects.filter(pk=int(given[:18]), role__in=PROVIDER_ROLES)]

    @property
    def chosen(self) -> dict[str, Any]:
        """Answer the filters that are set and make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def query(self) -> str:
        """Answer the filters as the end of an address, without empty ones."""
        return urlencode(self.chosen)

    @property
    def everywhere(self) -> str:
        """Answer the filters among all states, if they look only at some now."""
        return urlencode({**self.chosen, "state": "all"}) if self.chosen.get("state") != "all" else ""

    @property
    def is_narrow(self) -> bool:
        """Whether one of the rarer filters is set, so that they are shown open."""
        return bool(set(self.chosen) - {"q", "state"} - self._quick()) or bool(self.errors)

    def _quick(self) -> set[str]:
        """Answer the filters that one of the links above the list stands for."""
        return set(self.chosen) if len(self.chosen) == 1 and self.query in QUICK else set()

    @property
    def newest_first(self) -> bool:
        """Whether work that is no longer open is asked for: nothing is due there."""
        return self.chosen.get("state", "") in {*workflow.ENDED, workflow.RESOLVED, "all"}

    def found(self, at: datetime) -> QuerySet[Ticket]:
        """Answer the tickets that fit."""
        chosen = self.chosen
        if NUMBER.fullmatch(chosen.get("q", "")):  # said on the phone: the ticket is meant, wherever it stands
            return selectors.tickets_for(self.user).filter(number=chosen["q"].upper())
        tickets = self._of_state(chosen.get("state", ""))
        for name in ("kind", "severity"):
            tickets = tickets.filter(**{name: chosen[name]}) if name in chosen else tickets
        ways = {"assignee": self._assignee, "team": self._team, "office": self._office, "customer": self._customer}
        for name, narrowed in (ways | {"contract": self._contract}).items():
            tickets = tickets.filter(narrowed(chosen[name])) if name in chosen else tickets
        if "risk" in chosen:
            late, soon = Q(queue_at__lt=at), Q(queue_at__gte=at, queue_at__lte=at + SOON)
            tickets = tickets.filter(late if chosen["risk"] == "late" else soon)
        return selectors.matching(tickets, chosen["q"]) if "q" in chosen else tickets

    def _of_state(self, state: str) -> QuerySet[Ticket]:
        tickets = selectors.tickets_for(self.user)
        if state == "all":
            return tickets
        return tickets.filter(status=state) if state else selectors.queue_for(self.user)

    def _assignee(self, given: str) -> Q:
        if given == "none":
            return Q(assignee__isnull=True)
        return Q(assignee=self.user.pk if given == "me" else int(given))

    def _team(self, given: str) -> Q:
        return Q(team__in=self.user.teams.values("pk")) if given == "mine" else Q(team=int(given))

    def _office(self, given: str) -> Q:
        return Q(office=self.user.office_id) if given == "mine" else Q(office=int(given))

    def _customer(self, given: str) -> Q:
        """A whole name or code means that customer; a piece of a name all that have it."""
        whole = Organization.objects.filter(Q(code=given) | Q(name=given)).values("pk")
        pieces = Organization.objects.filter(Q(name__icontains=given) | Q(short_name__icontains=given)).values("pk")
        return Q(organization__in=list(whole.values_list("pk", flat=True)) or pieces)

    def _contract(self, given: str) -> Q:
        """Links name it by id, people by its number."""
        by_number = Q(contract__number__iexact=given)
        return by_number | Q(contract=int(given[:18])) if given.isdecimal() else by_number


class SaveViewForm(forms.Form):
    """A name for the filters that are set."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    query = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class AssignManyForm(forms.Form):
    """Several tickets and a person."""

    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Assign to"), empty_label=_("choose a person"))
    tickets = forms.ModelMultipleChoiceField(Ticket.objects.none(), error_messages={"required": _("Choose tickets first.")})

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, auto_id="bulk-%s")
        people = User.objects.filter(role__in=PROVIDER_ROLES, is_active=True).order_by("name")
        self.fields["assignee"].queryset = people if user.dispatches else people.filter(pk=user.pk)  # type: ignore[attr-defined]
        self.fields["tickets"].queryset = selectors.tickets_for(user)  # type: ignore[attr-defined]

    @property
    def complaint(self) -> str:
        """Answer the first thing that is wrong, in a sentence."""
        return next(str(sentence) for sentences in self.errors.values() for sentence in sentences)


class EscalationFilter(forms.Form):
    """Which escalations: still open ones first, those somebody took on by choice."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("not acknowledged")), ("acknowledged", _("acknowledged")), ("all", _("all"))]
    )
    office = forms.ModelChoiceField(Office.objects.order_by("code"), label=_("Office"), required=False, empty_label=_("any"))
    mine = forms.BooleanField(label=_("Only my tickets"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")

    @property
    def chosen(self) -> dict[str, Any]:
        """Answer the filters that are set and make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
