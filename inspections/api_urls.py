"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from inspections.api.findings import FindingViewSet
from inspections.api.inspections import InspectionViewSet
from inspections.api.plans import ChecklistViewSet, InspectionPlanViewSet

router = SimpleRouter()
router.register("inspections", InspectionViewSet, "inspection")
router.register("findings", FindingViewSet, "finding")
router.register("inspection-plans", InspectionPlanViewSet, "inspection-plan")
router.register("checklists", ChecklistViewSet, "checklist")
