"""What people type about visits, plans and findings; the forms only validate."""

from inspections.forms.fill import AnswerForm, PhotosForm, VerdictForm
from inspections.forms.finish import FinishForm, change_forms
from inspections.forms.lists import CloseForm, FilterForm, FindingFilterForm
from inspections.forms.plans import PlanForm
from inspections.forms.visit import CancelForm, RescheduleForm

__all__ = [
    "AnswerForm",
    "CancelForm",
    "CloseForm",
    "FilterForm",
    "FindingFilterForm",
    "FinishForm",
    "PhotosForm",
    "PlanForm",
    "RescheduleForm",
    "VerdictForm",
    "change_forms",
]
