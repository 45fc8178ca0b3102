"""Templates and their questions, who was asked, and what was answered."""

from surveys.models.answers import SurveyAnswer, SurveyValue
from surveys.models.asking import (
    Cause,
    Channel,
    LeftOut,
    Served,
    SurveyCampaign,
    SurveyInvitation,
    SurveyLink,
    SurveyPoster,
    SurveyRule,
)
from surveys.models.templates import (
    BEST,
    LONGEST_CHOICE,
    LOW,
    MOST_CHOICES,
    NPS_BEST,
    WORST,
    QuestionKind,
    SurveyQuestion,
    SurveyTemplate,
    SurveyVersion,
    Theme,
)

__all__ = [
    "BEST",
    "LONGEST_CHOICE",
    "LOW",
    "MOST_CHOICES",
    "NPS_BEST",
    "WORST",
    "Cause",
    "Channel",
    "LeftOut",
    "QuestionKind",
    "Served",
    "SurveyAnswer",
    "SurveyCampaign",
    "SurveyInvitation",
    "SurveyLink",
    "SurveyPoster",
    "SurveyQuestion",
    "SurveyRule",
    "SurveyTemplate",
    "SurveyValue",
    "SurveyVersion",
    "Theme",
]
