"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from surveys.api import ResultsViewSet, SurveyAnswerViewSet, SurveyViewSet, TemplateViewSet

router = SimpleRouter()
router.register("survey-templates", TemplateViewSet, "survey-template")
router.register("survey-answers", SurveyAnswerViewSet, "survey-answer")
router.register("survey-results", ResultsViewSet, "survey-result")
router.register("surveys", SurveyViewSet, "survey")
