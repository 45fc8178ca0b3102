"""Inspections as rows: what is looked at, when it is owed, what was found, and what stays open."""

from inspections.models.checklists import ChecklistItem, ChecklistTemplate, ChecklistVersion, Kind, Part, Section, Worded
from inspections.models.findings import CarriedFinding, Finding
from inspections.models.plans import Every, InspectionPlan
from inspections.models.record import InspectionEvent, ReadingBatch
from inspections.models.results import SEVERITIES, Becomes, InspectionPhoto, InspectionResult, Outcome
from inspections.models.visits import ENDED, Inspection, Status

__all__ = [
    "ENDED",
    "SEVERITIES",
    "Becomes",
    "CarriedFinding",
    "ChecklistItem",
    "ChecklistTemplate",
    "ChecklistVersion",
    "Every",
    "Finding",
    "Inspection",
    "InspectionEvent",
    "InspectionPhoto",
    "InspectionPlan",
    "InspectionResult",
    "Kind",
    "Outcome",
    "Part",
    "ReadingBatch",
    "Section",
    "Status",
    "Worded",
]
