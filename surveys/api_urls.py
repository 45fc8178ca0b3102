"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from surveys.api.campaigns import SurveyCampaignViewSet, SurveyPosterViewSet, SurveyRuleViewSet
from surveys.api.results import ResultsViewSet, SurveyAnswerViewSet
from surveys.api.surveys import SurveyViewSet
from surveys.api.templates import SurveyQuestionViewSet, TemplateViewSet

router = SimpleRouter()
router.register("survey-templates", TemplateViewSet, "survey-template")
router.register("survey-questions", SurveyQuestionViewSet, "survey-question")
router.register("survey-rules", SurveyRuleViewSet, "survey-rule")
router.register("survey-campaigns", SurveyCampaignViewSet, "survey-campaign")
router.register("survey-posters", SurveyPosterViewSet, "survey-poster")
router.register("survey-answers", SurveyAnswerViewSet, "survey-answer")
router.register("survey-results", ResultsViewSet, "survey-result")
router.register("surveys", SurveyViewSet, "survey")
