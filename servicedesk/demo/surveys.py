"""The demo world's part of: surveys. Answers to letters and codes, anonymous ones after a training, a campaign half answered."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from core.queue import drain
from customers.models import Site
from servicedesk.demo import words
from surveys import selectors, services
from surveys.models import Cause, QuestionKind, SurveyInvitation, SurveyTemplate
from surveys.services.writing import Question

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from servicedesk.demo.world import World

DAY = timedelta(days=1)
TRAINED = 8


def fill(made: World, at: datetime) -> None:
    """Tell what happened up to now, after all tickets have been told."""
    rng = Random(20261122)  # noqa: S311 - a story, not a secret
    manager, dispatcher = made.manager, next(iter(made.dispatchers.values()))
    _letter(dispatcher, at)
    _training(made, rng, at)
    _product(manager, rng, at)
    site = Site.objects.select_related("region__office").order_by("pk").first()
    if site:
        poster = services.put_up(SurveyTemplate.objects.get(code="close"), site, actor=dispatcher, at=at - 40 * DAY)
        for day, score in ((30, 5), (21, 4), (9, 4), (2, 5)):
            given = {"speed": score, "quality": 5, "manner": score, "words": rng.choice(words.PRAISE)}
            services.answer_poster(poster, given, at=at - day * DAY)
    services.save_rule(selectors.rule_for(Cause.VISIT), actor=manager, at=at, is_active=True)  # type: ignore[arg-type]


def _letter(dispatcher: User, at: datetime) -> None:
    """A quarter's letter went out on paper and came back."""
    waiting = SurveyInvitation.objects.filter(cause=Cause.QUARTER, answered_at=None, expires_at__gt=at)
    survey = waiting.select_related("version__template", "contract").order_by("-pk").first()
    if survey is None:
        return
    services.send_letter(survey, actor=dispatcher, at=at - DAY)
    given = {"speed": 4, "quality": 5, "manner": 5, "theme": 4, "recommend": 9, "improve": [2, 3], "words": "希望增加备件库存。"}
    facts: dict[str, Any] = {"wrote_name": "信息科", "wrote_on": (at - DAY).date(), "scan": None}
    services.enter_letter(survey, given, actor=dispatcher, at=at, **facts)


def _training(made: World, rng: Random, at: datetime) -> None:
    """The technicians of a customer say anonymously how the training was."""
    customer = made.customers[0]
    contract = customer.organization.contracts.order_by("pk").first()
    for number in range(TRAINED):
        survey = services.ask(
            "training", organization=customer.organization, recipient=None, address=f"trainee{number}@customer.example",
            about="年度客户培训", key=f"demo:training:{number}", at=at - 20 * DAY, contract=contract,
        )  # fmt: skip
        if survey and number < TRAINED - 1:
            given = {
                "content": rng.choice([3, 4, 5]),
                "teacher": rng.choice([4, 5]),
                "material": rng.choice([3, 4, 5]),
                "recommend": rng.randint(6, 10),
            }
            services.answer(survey, given, actor=None, at=at - 18 * DAY)


def _product(manager: User, rng: Random, at: datetime) -> None:
    """A campaign about a product, sent to everybody and half answered; the next one is being written."""
    template = services.make_template(
        actor=manager, at=at - 12 * DAY, code="storage", name="存储产品满意度", name_en="Storage products",
        theme_kind="product", theme="存储产品", theme_en="Storage products",
    )  # fmt: skip
    draft = services.edit(template, actor=manager, at=at - 12 * DAY)
    choices = [
        {"text": "性能", "text_en": "Speed"},
        {"text": "可靠性", "text_en": "Reliability"},
        {"text": "易用性", "text_en": "Ease of use"},
    ]
    for question in (
        Question(kind=QuestionKind.SCORE, label="产品质量", label_en="Quality of the product", low_at=2),
        Question(kind=QuestionKind.SCORE, label="文档与培训", label_en="Manuals and training", low_at=2),
        Question(kind=QuestionKind.NPS, label="您愿意推荐这款产品吗？", label_en="Would you recommend it?", low_at=3),
        Question(kind=QuestionKind.CHOICE, label="最希望改进什么？", label_en="What should be better?", choices=choices, is_required=False),
        Question(kind=QuestionKind.WORDS, label="其他意见", label_en="Anything else", is_required=False),
    ):
        services.add_question(draft, question, actor=manager)
    services.publish(draft, actor=manager, at=at - 12 * DAY)
    terms: dict[str, Any] = {"template": template, "cap_days": 0, "remind_after_days": 7, "remind_times": 1}
    campaign = services.save_campaign(None, actor=manager, at=at - 11 * DAY, name="存储产品年度回访", **terms)
    services.start_campaign(campaign, actor=manager, at=at - 10 * DAY)
    drain(services.send_next_batch, at=at - 10 * DAY)
    asked = SurveyInvitation.objects.filter(campaign=campaign, left_out="").order_by("pk")
    for place, survey in enumerate(asked[:40]):
        if place % 2 == 0:
            given = {
                "q1": rng.choice([4, 5, 5, 3]),
                "q2": rng.choice([3, 4, 5]),
                "q3": rng.randint(6, 10),
                "q4": rng.randrange(3),
                "q5": rng.choice(words.PRAISE),
            }
            services.answer(survey, given, actor=None, at=at - 8 * DAY)
    services.save_campaign(None, actor=manager, at=at, name="现场服务专项调查", **terms | {"cap_days": 14, "share": 50})
