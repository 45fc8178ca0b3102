"""Reporting: what a customer types, and what we type for them while they are on the phone."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.file_fields import FilesField
from customers.models import Equipment, Site
from customers.selectors.places import place_of
from tickets import selectors, services
from tickets.forms.kept import KeepsFiles
from tickets.models import Channel, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import QueryDict

    from accounts.models import User
    from tickets.models import Ticket
    from tickets.services import Offer, Report

KINDS = (
    (Kind.FAULT, _("Something is broken")),
    (Kind.CONSULTATION, _("I have a technical question")),
    (Kind.REQUEST, _("I need a service")),
    (Kind.COMPLAINT, _("I have a complaint")),
)
CALLS = (Channel.PHONE, Channel.EMAIL, Channel.FAX, Channel.ONSITE)
RADIOS = forms.RadioSelect(attrs={"class": "form-check-input"})


def site_of(place: Equipment | Site) -> Site:
    """Answer where a place is."""
    return place.site if isinstance(place, Equipment) else place


class ReportForm(KeepsFiles):
    """A report, in the order in which it is told."""

    channel = Channel.PORTAL
    kind = forms.ChoiceField(label=_("What is it about?"), choices=KINDS, initial=Kind.FAULT, widget=RADIOS)
    place = forms.CharField(
        label=_("Which equipment?"), max_length=20, error_messages={"required": _("Choose the equipment, or at least the site.")}
    )
    severity = forms.TypedChoiceField(
        label=_("How bad is it?"),
        coerce=int,
        choices=[(number, number) for number in (1, 2, 3, 4)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how bad it is; the promised times follow from it.")},
    )
    subject = forms.CharField(
        label=_("In a few words"),
        max_length=200,
        error_messages={"required": _("Say in a few words what is wrong.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("What happened?"),
        max_length=20_000,
        required=False,
        help_text=_("Since when, what the screen says, what was tried already."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    files = FilesField(label=_("Pictures, logs, documents"))  # type: ignore[assignment]  # a field, taken off the class by its metaclass
    contact_name = forms.CharField(label=_("Whom may we ask?"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact_phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
    )
    contact_email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    token = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    follows = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, sent: Any = None, *, user: User, initial: dict[str, Any] | None = None) -> None:
        self.user = user
        super().__init__(data, sent, initial={"token": uuid.uuid4(), **self.known(), **(initial or {})})

    def known(self) -> dict[str, Any]:
        """Answer what need not be typed: the person's own name and how to reach them."""
        return {"contact_name": self.user.name, "contact_phone": self.user.phone, "contact_email": self.user.email}

    def value(self, name: str) -> str:
        """Answer what stands in a field now, checked or not."""
        return str(self[name].value() or "")

    @cached_property
    def where(self) -> Equipment | Site | None:
        """Answer the place that is chosen, if the person may report about it."""
        return place_of(self.user, self.value("place"))

    @property
    def site(self) -> Site | None:
        """Answer the site of the place that is chosen."""
        return site_of(self.where) if self.where is not None else None

    @property
    def chosen_code(self) -> str:
        """Answer the code of the place that is chosen."""
        return self.value("place") if self.where is not None else ""

    @cached_property
    def before(self) -> Ticket | None:
        """Answer the ticket this report follows, if the person knows of it."""
        number = self.value("follows").replace("\0", "")
        return selectors.tickets_for(self.user).filter(number=number).first() if number else None

    def clean_token(self) -> uuid.UUID:
        """Answer the form's own id, by which a report that is sent twice is known; a broken one is replaced."""
        try:
            return uuid.UUID(self.cleaned_data["token"])
        except ValueError:
            return uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        """A ticket is followed only by one of the same customer."""
        place, before = self.cleaned_data.get("place"), self.before
        if place is not None and before is not None and before.organization_id != site_of(place).organization_id:
            self.add_error("place", _("Ticket %(number)s is another customer's; report a new one.") % {"number": before.number})
        return self.cleaned_data

    def offer(self, at: datetime) -> Offer:
        """Answer what the report would be promised if it were sent now."""
        kind = self.value("kind")
        return services.offer(self.where, kind=kind if kind in Kind.values else Kind.FAULT, channel=self.value_of_channel(), at=at)

    def value_of_channel(self) -> str:
        """Answer how the report reaches us."""
        return self.channel

    def clean_place(self) -> Equipment | Site:
        """Answer the place, or say that it is not one of theirs."""
        if self.where is None:
            raise ValidationError(_("This equipment or site is not among yours; choose another."), code="not_yours")
        return self.where

    def report(self) -> Report:
        """Answer what was typed, for the services."""
        facts = {name: self.cleaned_data[name] for name in ("kind", "severity", "subject", "description")}
        contact = {name: self.cleaned_data[name] for name in ("contact_name", "contact_phone", "contact_email")}
        place = self.cleaned_data["place"]
        return services.Report(
            **facts,
            **contact,
            site=site_of(place),
            equipment=place if isinstance(place, Equipment) else None,
            channel=self.value_of_channel(),
            submission=self.cleaned_data["token"],
            follows=self.before,
            files=self.cleaned_data["files"],
        )


class CallForm(ReportForm):
    """A call, mail, fax or visit that we take down for a customer."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.FAULT, widget=RADIOS)
    reached_by = forms.ChoiceField(
        label=_("How did it reach us?"),
        choices=[(channel, channel.label) for channel in CALLS],
        initial=Channel.PHONE,
        widget=RADIOS,
    )

    def known(self) -> dict[str, Any]:
        """Answer nothing: it is not we who are asked back."""
        return {}

    def value_of_channel(self) -> str:
        """Answer the channel that was chosen."""
        channel = self.value("reached_by")
        return channel if channel in CALLS else Channel.PHONE


class FilterForm(forms.Form):
    """What the list of a customer's tickets shows."""

    SHOWN = (("open", _("open")), ("closed", _("finished")), ("all", _("all")))
    show = forms.ChoiceField(label=_("State"), choices=SHOWN, required=False)
    site = forms.ModelChoiceField(queryset=Site.objects.none(), label=_("Site"), required=False, empty_label=_("all sites"))
    q = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Number, words, equipment")}),
    )

    def __init__(self, data: QueryDict, *, sites: QuerySet[Site]) -> None:
        given = data.copy()
        given.setdefault("show", "open")
        super().__init__(given)
        cast("forms.ModelChoiceField[Site]", self.fields["site"]).queryset = sites
        self.has_sites = sites.count() > 1
        self.is_valid()

    @property
    def wanted(self) -> str:
        """Answer which tickets are wanted; a state that does not exist is every state."""
        return self.cleaned_data.get("show") or "all"

    @property
    def where(self) -> Site | None:
        """Answer the site, if one is wanted."""
        return self.cleaned_data.get("site")

    @property
    def text(self) -> str:
        """Answer the words to look for."""
        return self.cleaned_data.get("q", "")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the usual list is wanted."""
        return self.wanted != "open" or self.where is not None or bool(self.text)
