"""Templates, rules, campaigns and posters, and what may be sent about surveys; only checked here, done by the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Office
from core.api_fields import Day, Input, Known, Output, Text, moment
from customers import selectors as customers
from customers.models import Contract, Organization, Site
from surveys.models import (
    BEST,
    LONGEST_CHOICE,
    MOST_CHOICES,
    NPS_BEST,
    QuestionKind,
    SurveyCampaign,
    SurveyPoster,
    SurveyRule,
    SurveyTemplate,
    Theme,
)
from visits import selectors as visits
from visits.models import Visit

if TYPE_CHECKING:
    from accounts.models import User

MOST_CHOSEN = 1000
LINE, NAME, CODE = 120, 80, 40


class SurveyTemplateInput(Input):
    """What a template is called, its theme, and whether it is in use."""

    name = Text(max_length=NAME)
    name_en = Text.maybe(max_length=NAME)
    theme_kind = serializers.ChoiceField(Theme.choices, required=False, default=Theme.SERVICE.value)
    theme = Text.maybe(max_length=LINE)
    theme_en = Text.maybe(max_length=LINE)
    is_active = serializers.BooleanField(required=False, default=True, help_text="False takes it out of use.")


class NewSurveyTemplateInput(SurveyTemplateInput):
    """A new template; its first draft is empty."""

    code = serializers.SlugField(max_length=CODE, help_text="Each template has one of its own; it stays.")
    is_anonymous = serializers.BooleanField(required=False, default=False, help_text="Nobody can tell who gave which answer.")


class SurveyDraftInput(Input):
    """The words at the top of a draft, and whether it is anonymous."""

    intro = Text.maybe(max_length=2000)
    intro_en = Text.maybe(max_length=2000)
    is_anonymous = serializers.BooleanField(required=False, default=False)


class SurveyChoiceInput(Input):
    """What can be chosen."""

    text = Text(max_length=LONGEST_CHOICE)
    text_en = Text.maybe(max_length=LONGEST_CHOICE)
    low = serializers.BooleanField(required=False, default=False, help_text="Choosing it opens a follow-up.")


class SurveyQuestionInput(Input):
    """A question of a draft. Of another kind it is another question, with a code of its own."""

    kind = serializers.ChoiceField(QuestionKind.choices)
    label = Text(max_length=200)  # type: ignore[assignment]  # a field by this name, not what the framework calls its own
    label_en = Text.maybe(max_length=200)
    hint = Text.maybe(max_length=200)
    hint_en = Text.maybe(max_length=200)
    is_required = serializers.BooleanField(required=False, default=True)
    is_many = serializers.BooleanField(required=False, default=False, help_text="Several choices may be made.")
    choices = SurveyChoiceInput(many=True, required=False, max_length=MOST_CHOICES)  # type: ignore[call-arg]  # of the list
    low_at = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=NPS_BEST, help_text="Of a score or a recommendation: this or less is low."
    )

    def validate_choices(self, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take each choice whole, also where only some fields of the question are changed."""
        missing = {str(place): {"text": [_("Write what can be chosen.")]} for place, choice in enumerate(choices) if not choice.get("text")}
        if missing:
            raise serializers.ValidationError(missing)
        return [{"text_en": "", "low": False, **choice} for choice in choices]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Keep the threshold on the scale of its kind."""
        if attrs.get("kind") == QuestionKind.SCORE and (attrs.get("low_at") or 0) > BEST:
            raise serializers.ValidationError({"low_at": [_("A score is a number from 1 to 5.")]})
        return attrs


class NewSurveyQuestionInput(SurveyQuestionInput):
    """A new question; without a code it gets one of its own."""

    code = serializers.SlugField(max_length=CODE, required=False, allow_blank=True, default="")


class SurveyMoveInput(Input):
    """Which way it goes: it changes places with its neighbour."""

    up = serializers.BooleanField()


class SurveyRemoveInput(Input):
    """Nothing has to be said."""


def _terms(least: int, most: int, usual: int, help_text: str) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, min_value=least, max_value=most, default=usual, help_text=help_text)


class SurveyTermsInput(Input):
    """How people are asked."""

    template = serializers.SlugRelatedField("code", queryset=SurveyTemplate.objects.all(), help_text="Its code.")
    share = _terms(1, 100, 100, "The share that is asked, %.")
    cap_days = _terms(0, 366, 14, "Who was asked anything within so many days is left out; 0: everybody is asked.")
    remind_after_days = _terms(0, 90, 7, "0: no reminder.")
    remind_times = _terms(0, 3, 1, "Reminders at most.")
    valid_days = _terms(1, 180, 30, "Answers are taken for so many days.")


class SurveyRuleInput(SurveyTermsInput):
    """Who is asked by itself."""

    is_active = serializers.BooleanField(required=False)


def _active(caller: User) -> Any:
    return customers.organizations_for(caller).filter(is_active=True)


class SurveyCampaignInput(SurveyTermsInput):
    """A campaign: what is sent, to whom, and how. With neither organizations nor contracts: to every customer with one in force."""

    name = Text(max_length=LINE)
    organizations = serializers.ListField(
        child=Known(among=_active, queryset=Organization.objects.none()), required=False, max_length=MOST_CHOSEN, help_text="Their ids."
    )
    contracts = serializers.ListField(
        child=Known(among=customers.contracts_for, queryset=Contract.objects.none()),
        required=False,
        max_length=MOST_CHOSEN,
        help_text="Their ids; the people of whoever signed them.",
    )
    office = serializers.SlugRelatedField(
        "code", queryset=Office.objects.all(), required=False, allow_null=True, default=None, help_text="The code of who serves them."
    )
    supervisors_only = serializers.BooleanField(required=False, default=False)


class NewSurveyCampaignInput(SurveyCampaignInput):
    """A new campaign; under the same `external_id` it is made once, and changed where it is sent again."""

    external_id = Text.maybe(max_length=120)


class SurveyPosterInput(Input):
    """What hangs where."""

    template = serializers.SlugRelatedField("code", queryset=SurveyTemplate.objects.filter(is_active=True), help_text="Its code.")
    site = Known(among=customers.sites_for, queryset=Site.objects.none(), help_text="The site's id.")


class SurveyLetterInput(Input):
    """What came back by letter: the answers by the codes of the questions, who wrote them and when."""

    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=False)
    wrote_name = Text.maybe(max_length=NAME, help_text="Not of an anonymous survey.")
    wrote_on = Day()


class SurveyVisitInput(Input):
    """A finished visit."""

    visit = Known(among=visits.visits_for, queryset=Visit.objects.none(), help_text="The visit's id.")


class SurveyLinkOutput(serializers.Serializer[Any]):
    """A secret link to a survey; nothing but this answer has it."""

    survey = serializers.IntegerField()
    address = serializers.URLField()


TERMS = ("share", "cap_days", "remind_after_days", "remind_times", "valid_days")


class SurveyRuleOutput(Output[SurveyRule]):
    """Who is asked by itself on an occasion."""

    template = serializers.CharField(source="template.code", read_only=True)
    since = moment()

    class Meta:
        model = SurveyRule
        fields = ("id", "cause", "template", "is_active", "since", *TERMS)
        read_only_fields = fields


class SurveyCampaignOutput(Output[SurveyCampaign]):
    """A campaign: `total` people are chosen, of whom `reached` were gone through; `omitted` were left out."""

    template = serializers.CharField(source="template.code", read_only=True)
    organizations = serializers.PrimaryKeyRelatedField[Organization](many=True, read_only=True)
    contracts = serializers.PrimaryKeyRelatedField[Contract](many=True, read_only=True)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    asked = serializers.IntegerField(read_only=True)
    answered = serializers.IntegerField(read_only=True)
    omitted = serializers.IntegerField(read_only=True)
    made_at = moment()
    started_at = moment()
    ended_at = moment()

    class Meta:
        model = SurveyCampaign
        fields = (
            "id", "external_id", "name", "template", "organizations", "contracts", "office", "supervisors_only", *TERMS, "state", "total",
            "reached", "asked", "answered", "omitted", "made_at", "made_by", "started_at", "ended_at",
        )  # fmt: skip
        read_only_fields = fields


class SurveyForeseenOutput(serializers.Serializer[Any]):
    """Somebody a campaign chooses; `left_out` says why they would not be asked, empty if they would."""

    person = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    organization = serializers.IntegerField()
    left_out = serializers.CharField(allow_blank=True)


class SurveyPosterOutput(Output[SurveyPoster]):
    """A poster; `address` is what its code says, to whoever passes."""

    template = serializers.CharField(source="template.code", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True)
    organization = serializers.IntegerField(source="site.organization_id", read_only=True)
    address = serializers.SerializerMethodField()
    answered = serializers.IntegerField(read_only=True)
    made_at = moment()
    ended_at = moment()

    class Meta:
        model = SurveyPoster
        fields = ("id", "template", "site", "site_name", "organization", "address", "answered", "made_at", "made_by", "ended_at")
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_address(self, poster: SurveyPoster) -> str:
        """Answer where its code leads."""
        return settings.PUBLIC_URL + reverse("surveys:poster_link", args=[poster.token])
