"""The checklist on the phone: nothing is required, since it is saved as one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from inspections.models import SEVERITIES, CarriedFinding, InspectionResult, Outcome
from inspections.services import Answer, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files.uploadedfile import UploadedFile

    from customers.models import Equipment


class AnswerForm(forms.Form):
    """What was found at one item."""

    outcome = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)
    measured = forms.CharField(max_length=60, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea)
    severity = forms.TypedChoiceField(choices=[(level, level) for level in SEVERITIES], coerce=int, empty_value=None, required=False)
    equipment = forms.TypedChoiceField(empty_value=None, required=False)

    def __init__(self, data: Any, result: InspectionResult, equipment: Mapping[str, Equipment]) -> None:
        super().__init__(data, prefix=str(result.position))
        self.result = result
        field = cast("forms.TypedChoiceField", self.fields["equipment"])
        field.choices, field.coerce = [(pk, pk) for pk in equipment], equipment.__getitem__

    def answer(self) -> Answer:
        """Answer what was typed, for the services."""
        severity = self.cleaned_data.pop("severity") or self.result.severity
        return Answer(position=self.result.position, severity=severity, **self.cleaned_data)


class VerdictForm(forms.Form):
    """Whether a finding of an earlier inspection is still there."""

    verdict = forms.ChoiceField(choices=[("", ""), *CarriedFinding.Verdict.choices], required=False)
    note = forms.CharField(max_length=300, required=False)

    def __init__(self, data: Any, carried: CarriedFinding) -> None:
        super().__init__(data, prefix=f"f{carried.finding_id}")
        self.carried = carried

    def said(self) -> Verdict:
        """Answer what was chosen, for the services."""
        return Verdict(finding=self.carried.finding_id, **self.cleaned_data)


class PhotosForm:
    """The pictures sent with one item; the services look into them."""

    def __init__(self, files: Any, position: int) -> None:
        self.uploads: list[UploadedFile] = files.getlist(f"{position}-photos")
