"""The demo's part about surveys shows something on every page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from core.time import now
from servicedesk.demo import surveys as demo
from surveys.models import SurveyAnswer, SurveyCampaign, SurveyPoster
from tests.surveys.worlds import make_survey
from tests.worlds import make_promising_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_demo_tells_of_letters_codes_campaigns_and_anonymous_answers():
    world = make_promising_world()
    make_survey(world, now())
    customers = [SimpleNamespace(organization=world.organization)]
    made: Any = SimpleNamespace(manager=world.manager, dispatchers={1: world.dispatcher}, customers=customers)
    demo.fill(made, now())
    assert {row.channel for row in SurveyAnswer.objects.all()} == {"letter", "link", "poster"}
    assert SurveyAnswer.objects.filter(is_anonymous=True).count() >= 5
    assert sorted(SurveyCampaign.objects.values_list("state", flat=True)) == ["draft", "sent"]
    assert SurveyPoster.objects.count() == 1
