"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from inspections.api import FindingViewSet, InspectionViewSet

router = SimpleRouter()
router.register("inspections", InspectionViewSet, "inspection")
router.register("findings", FindingViewSet, "finding")
