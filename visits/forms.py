"""What people type about visits; the forms only validate, fields are named as the arguments of the services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, User
from visits import services
from visits.models import Failure, Result
from visits.services import Place, Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.functional import Promise, _StrPromise

    from visits.models import Visit

LONG = 20_000


def words(label: _StrPromise, *, rows: int = 3, required: bool = True, help_text: _StrPromise | str = "", longest: int = LONG) -> Any:
    """Make a field for a few sentences."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=longest, widget=area, help_text=help_text)


def moment(label: _StrPromise, *, required: bool = False) -> forms.DateTimeField:
    """Make a field for a day and a time where the desk is."""
    picker = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=required, widget=picker)


class Camera(forms.FileInput):
    """Opens the phone's camera; takes several pictures."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Answers a list of pictures, empty where none was taken; the services look into them."""

    def __init__(self, **given: Any) -> None:
        attrs = {"accept": "image/*", "capture": "environment", "multiple": True}
        given = {"label": _("Photos"), "required": False, **given}
        super().__init__(widget=Camera(attrs=attrs), **given)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Answer the pictures as they came; what is none is refused by the services, by its name."""
        uploads = data if isinstance(data, list | tuple) else [data]
        return [upload for upload in uploads if upload]


class StaffField(forms.ModelChoiceField):
    """One of our own people, with the office they belong to."""

    def label_from_instance(self, obj: Any) -> str:
        """Say who it is and where."""
        return f"{obj} · {obj.office}" if obj.office else str(obj)


class ManyStaffField(forms.ModelMultipleChoiceField):
    """Several of our own people."""

    def label_from_instance(self, obj: Any) -> str:
        """Say who it is and where."""
        return f"{obj} · {obj.office}" if obj.office else str(obj)


def staff() -> Any:
    """Answer who can make a visit."""
    return User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).select_related("office").order_by("office", "name")


class ArrangeForm(forms.Form):
    """When a visit is made and by whom; all of it may be left open."""

    lead = StaffField(label=_("Engineer"), queryset=User.objects.none(), required=False, empty_label=_("still open"))
    helpers = ManyStaffField(
        label=_("Others who come along"), queryset=User.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    starts_at = moment(_("From"))
    ends_at = moment(_("Until"))

    def __init__(self, *args: Any, user: User, **given: Any) -> None:
        super().__init__(*args, **given)
        people = staff()
        if not user.dispatches:
            people = people.filter(pk__in=[user.pk, *self._known()])
        cast("StaffField", self.fields["lead"]).queryset = people
        cast("ManyStaffField", self.fields["helpers"]).queryset = people
        if not user.dispatches:
            self.fields["helpers"].widget = forms.MultipleHiddenInput()

    def _known(self) -> list[int]:
        given = self.initial
        return [pk for pk in [given.get("lead"), *(person.pk for person in given.get("helpers", ()))] if pk]

    def clean_helpers(self) -> list[User]:
        """Answer a list."""
        return list(self.cleaned_data["helpers"])


class PlanForm(ArrangeForm):
    """A visit for a ticket, and why nothing less does."""

    reason = words(_("Why phone and remote support do not do"), rows=2)
    field_order = ("reason", "lead", "helpers", "starts_at", "ends_at")


class ScheduleForm(ArrangeForm):
    """Another time, or other people."""

    reason = words(_("Why it changes"), rows=2, required=False)

    @classmethod
    def of(cls, visit: Visit, user: User, *given: Any) -> ScheduleForm:
        """Answer the form as the visit stands, or as it was sent."""
        initial = {"lead": visit.lead_id, "helpers": list(visit.helpers.all()), "starts_at": visit.starts_at, "ends_at": visit.ends_at}
        return cls(*given, user=user, initial=initial)


class StepForm(forms.Form):
    """The facts of one step; ``key`` is made where it is pressed, so that what is sent twice is kept once."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    on_device_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, name: str, **given: Any) -> None:
        given["auto_id"] = f"{name}-%s"  # several forms stand on one page
        super().__init__(*args, **given)
        self.name = name
        self.initial.setdefault("key", uuid4())

    def facts(self) -> dict[str, Any]:
        """Answer what the service is called with."""
        given = dict(self.cleaned_data)
        sent = Sent(key=given.pop("key"), pressed_at=given.pop("on_device_at"))
        return {**self.shaped(given), "sent": sent}

    def shaped(self, given: dict[str, Any]) -> dict[str, Any]:
        """Answer the fields as the service names them."""
        return given


class CheckInForm(StepForm):
    """Where the phone is, if it says so, and what is seen there."""

    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    files = PhotosField(label=_("Photo of the place"))  # type: ignore[assignment]

    def shaped(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make a place of what the phone told; half a place is none."""
        latitude, longitude, accuracy = (given.pop(name) for name in ("latitude", "longitude", "accuracy"))
        told = latitude is not None and longitude is not None
        return {**given, "place": Place(latitude, longitude, accuracy) if told else None}


class NoteForm(StepForm):
    """What was done, with pictures."""

    text = words(_("What was done"))
    files = PhotosField()  # type: ignore[assignment]


class PhotoForm(StepForm):
    """One picture."""

    file = forms.FileField(label=_("Photo"), widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}))
    caption = forms.CharField(label=_("What it shows"), max_length=120, required=False)


class CheckOutForm(StepForm):
    """What the visit came to."""

    work = words(_("What was done"), required=False, help_text=_("Empty: the notes taken on site."))
    parts = words(_("Parts used"), rows=2, required=False, longest=4000)
    result = forms.ChoiceField(label=_("What it came to"), choices=Result.choices, widget=forms.RadioSelect)
    files = PhotosField()  # type: ignore[assignment]


class CorrectForm(forms.Form):
    """What was really done, and why the confirmation is corrected."""

    work = words(_("What was done"))
    reason = forms.CharField(label=_("Why it is corrected"), max_length=300, help_text=_("The customer reads this on the new version."))


class FailForm(StepForm):
    """Why nothing could be done."""

    failure = forms.ChoiceField(label=_("Why nothing could be done"), choices=Failure.choices, widget=forms.RadioSelect)
    text = words(_("What happened"), rows=2, required=False)


class CancelForm(StepForm):
    """Why nobody comes."""

    reason = words(_("Why the visit is cancelled"), rows=2, help_text=_("The customer reads this."))

    def facts(self) -> dict[str, Any]:
        """Answer the reason: nobody calls a visit off from a cellar."""
        return {"reason": self.cleaned_data["reason"]}


class ProposeForm(StepForm):
    """The plan of work."""

    text = words(_("What is to be done"), help_text=_("The customer reads and approves this."))
    risk = words(_("What may go wrong"), rows=2, required=False)
    minutes = forms.IntegerField(label=_("How long it takes, minutes"), required=False, min_value=1, max_value=14 * 24 * 60)


class AnswerForm(StepForm):
    """The customer's word about a plan of work; ``name`` is who said it on the phone."""

    proposal = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(label=_("Who said it on the phone"), max_length=80, required=False)  # type: ignore[assignment]
    text = words(_("Remark"), rows=2, required=False)


class RejectForm(AnswerForm):
    """Why the plan of work is not agreed to."""

    text = words(_("What is wrong with the plan"), rows=2)


class OverrideForm(StepForm):
    """Why work begins without the customer's word."""

    reason = words(
        _("Why the work cannot wait"),
        rows=2,
        help_text=_("Only where people or equipment are in danger. The customer reads this."),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the form with its facts, the service that takes it, its words and icon, whether it waits for the network."""

    name: str
    form: type[StepForm]
    service: Callable[..., Visit]
    label: Promise
    icon: str
    is_queued: bool = False
    is_customers: bool = False

    def blank(self, **initial: Any) -> StepForm:
        """Answer the form to fill in."""
        return self.form(name=self.name, initial=initial)

    def filled(self, data: Any, files: Any) -> StepForm:
        """Answer the form as it was sent."""
        return self.form(data, files, name=self.name)

    def take(self, visit: Visit, form: StepForm, *, actor: User, at: datetime) -> Visit:
        """Take the step with the facts of a valid form; raises DomainError where it is refused."""
        return self.service(visit, actor=actor, at=at, **form.facts())


def _photo(visit: Visit, *, file: UploadedFile, **given: Any) -> Visit:
    return services.add_photo(visit, file, **given)


_STEPS: Sequence[Step] = (
    Step("depart", StepForm, services.depart, _("I am on the way"), "car", is_queued=True),
    Step("check-in", CheckInForm, services.check_in, _("I have arrived"), "map-pin", is_queued=True),
    Step("note", NoteForm, services.note_work, _("Note what was done"), "note", is_queued=True),
    Step("photo", PhotoForm, _photo, _("Add a photo"), "camera", is_queued=True),
    Step("check-out", CheckOutForm, services.check_out, _("I am leaving"), "walk", is_queued=True),
    Step("fail", FailForm, services.fail, _("Nothing could be done"), "x", is_queued=True),
    Step("cancel", CancelForm, services.cancel, _("Cancel the visit"), "ban"),
    Step("propose", ProposeForm, services.propose_plan, _("Propose a plan of work"), "clipboard-list"),
    Step("approve", AnswerForm, services.approve_plan, _("Approve the plan of work"), "thumb-up", is_customers=True),
    Step("reject", RejectForm, services.reject_plan, _("Reject the plan of work"), "thumb-down", is_customers=True),
    Step("override", OverrideForm, services.override_approval, _("Begin without approval"), "alert-triangle"),
)
STEP_FORMS = {step.name: step for step in _STEPS}
