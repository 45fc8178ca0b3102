"""What may be sent to an inspection on its way, and to a finding; only checked here, done by the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api_fields import Day, Input, Known, Text
from core.pages import LARGEST
from customers import selectors as customers
from customers.models import Equipment
from inspections.models import SEVERITIES, Becomes, CarriedFinding, Outcome
from inspections.serializers.plans import person
from inspections.services import Change, Conclusion

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

MOST_ITEMS, MOST_CHANGES = 500, 20
MOST_POSITION = 32767
SEEN = "The hash of the paper as you have read it (`papers`)."


def _in_service(caller: User) -> QuerySet[Equipment]:
    return customers.equipment_for(caller).filter(is_active=True)


def _equipment(**given: Any) -> Known:
    return Known(among=_in_service, queryset=Equipment.objects.none(), help_text="The equipment's id.", **given)


class InspectionStartInput(Input):
    """Who of the customer agreed to the inspection; only left out where the request to inspect was signed already."""

    admitted_by = Text.maybe(max_length=80)


class InspectionItemInput(Input):
    """What was found at one item, whole: what is left out is empty, a severity that is left out stays.

    The item is named by `position` or `code`. A number and a choice are judged by what was measured, unless they do not apply.
    """

    position = serializers.IntegerField(required=False, min_value=1, max_value=MOST_POSITION)
    code = serializers.CharField(required=False, max_length=40)
    outcome = serializers.ChoiceField(Outcome.choices, required=False, allow_blank=True, default="")
    measured = Text.maybe(max_length=60, help_text="The figure, or the code of the option.")
    note = Text.maybe(max_length=2000)
    severity = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=SEVERITIES[0], max_value=SEVERITIES[-1])
    equipment = _equipment(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask which item it is."""
        if ("position" in attrs) == ("code" in attrs):
            raise serializers.ValidationError(_("Name the item by its position or by its code."), code="required")
        return attrs


class InspectionResultsInput(Input):
    """What was found at some items; all are taken or none."""

    results = InspectionItemInput(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # of the list


class InspectionVerdictInput(Input):
    """Whether a finding of an earlier inspection is still there."""

    finding = serializers.IntegerField(min_value=1, max_value=LARGEST)
    verdict = serializers.ChoiceField(CarriedFinding.Verdict.choices, allow_blank=True)
    note = Text.maybe(max_length=300)


class InspectionVerdictsInput(Input):
    """What became of findings of earlier inspections; all are taken or none."""

    verdicts = InspectionVerdictInput(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # of the list


class InspectionPhotoInput(Input):
    """A picture of an item."""

    position = serializers.IntegerField(min_value=1, max_value=MOST_POSITION)
    file = serializers.FileField()


class InspectionDropPhotoInput(Input):
    """A picture that is taken away again."""

    photo = serializers.IntegerField(min_value=1, max_value=LARGEST)


class BecomesInput(Input):
    """What becomes of an item that was not in order: a fault (a ticket is opened), or advice."""

    position = serializers.IntegerField(min_value=1, max_value=MOST_POSITION)
    becomes = serializers.ChoiceField(Becomes.choices)


class CarriedBecomesInput(Input):
    """The same of a finding of earlier inspections that is still there."""

    finding = serializers.IntegerField(min_value=1, max_value=LARGEST)
    becomes = serializers.ChoiceField(Becomes.choices)


class FoundChangeInput(Input):
    """A change of one equipment's configuration; it stands in its archive."""

    equipment = _equipment()
    what = Text(max_length=120)
    before = Text.maybe(max_length=200)
    after = Text.maybe(max_length=200)


class InspectionFinishInput(Input):
    """What is said at the end. Items not named become faults, findings found before stay advice."""

    summary = Text(max_length=4000)
    advice = Text.maybe(max_length=4000)
    changes = Text.maybe(max_length=4000, help_text="Changes of the configuration in words.")
    becomes = BecomesInput(many=True, required=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # of the list
    carried = CarriedBecomesInput(many=True, required=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # of the list
    configuration = FoundChangeInput(many=True, required=False, max_length=MOST_CHANGES)  # type: ignore[call-arg]  # of the list

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put it together as the services take it."""
        becomes = {row["position"]: row["becomes"] for row in attrs.pop("becomes", ())}
        carried = {row["finding"]: row["becomes"] for row in attrs.pop("carried", ())}
        changes = [Change(**row) for row in attrs.pop("configuration", ())]
        return {"said": Conclusion(**attrs, becomes=becomes, carried=carried, configuration=changes)}


class InspectionSignInput(Input):
    """The customer's name under the report, typed."""

    name = Text(max_length=80)
    seen = serializers.CharField(max_length=64, help_text=SEEN)


class InspectionDeclineInput(Input):
    """Why the customer does not sign, and who said so."""

    reason = Text(max_length=300)
    name = Text.maybe(max_length=80)


class InspectionRescheduleInput(Input):
    """Another day, or somebody else."""

    planned_on = Day()
    engineer = person(required=False, allow_null=True, default=None)


class InspectionCancelInput(Input):
    """Why it is called off."""

    reason = Text(max_length=300)


class FindingCloseInput(Input):
    """Why it is closed."""

    reason = Text(max_length=300)
