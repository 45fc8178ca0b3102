"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from surveys.api import SurveyViewSet

router = SimpleRouter()
router.register("surveys", SurveyViewSet, "survey")
