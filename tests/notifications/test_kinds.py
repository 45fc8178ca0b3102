"""Every kind of message can be read, in both languages, before anybody is sent one."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from notifications.kinds import ITEMS_SHOWN, KINDS
from notifications.rendering import freeze, render
from tests.notifications.samples import BARE, CASES, FULL, TICKET, escalation_of

pytestmark = pytest.mark.once
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "messages"
LANGUAGES = ["zh-hans", "en"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _missing_values_show(monkeypatch):
    """A value that is not in the context is written into the text, where a test sees it."""
    engine = get_template("messages/escalation.txt").template.engine
    monkeypatch.setattr(engine, "string_if_invalid", "⟨missing %s⟩")


def test_each_kind_has_a_template_and_each_template_a_kind():
    names = {path.stem for path in TEMPLATES.glob("*.txt") if not path.stem.startswith("_")}
    assert names == set(KINDS) == set(FULL) == set(BARE)


FACTS = {"SD", "PO", "HT", "TC", "QUO", "CALL", "CISP", "PMP", "HCIE", "HIS", "PACS", "Inspur", "standard", "own", "rung", "Webhook"}
"""What the samples call things by: numbers, certificates, equipment, a level of a plan's own; and a word that has no Chinese one."""


def plain(value):
    """The same without words of anybody's own."""
    if isinstance(value, list):
        return [{key: plain(each) for key, each in row.items()} if isinstance(row, dict) else plain(row) for row in value]
    return "x" if isinstance(value, str) else value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "context"), CASES)
def test_a_message_has_a_subject_and_a_body(kind, context, language):
    text = render(kind, freeze(context), language, "https://desk.example")
    assert text.subject
    assert "\n" not in text.subject
    assert text.body
    assert "⟨missing" not in text.subject + text.body


@pytest.mark.parametrize(("kind", "context"), CASES)
def test_chinese_readers_read_chinese(kind, context):
    text = render(kind, freeze(context), "zh-hans")
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"https://[\x21-\x7e]+", "", text.subject + text.body))
    assert set(words) <= FACTS, words


@pytest.mark.parametrize("kind", KINDS)
def test_english_readers_read_english_words_around_the_facts(kind):
    bare = {key: plain(value) for key, value in BARE[kind].items()}
    bare["items"] = [{**escalation_of(), "subject": "x", "promise": "x", "promise_en": "y"}]
    text = render(kind, freeze(bare), "en")
    assert not CHINESE.search(text.subject + text.body)


def test_times_are_read_in_the_time_zone_of_the_desk():
    assert "2026-11-21 16:00" in render("escalation", freeze({"items": [escalation_of()]}), "en").body


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "等待备件"), ("en", "waiting for a part")])
def test_a_word_given_in_two_languages_is_read_in_ones_own(language, word):
    assert word in render("ticket_hold", freeze(FULL["ticket_hold"]), language).body


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "待发送"), ("en", "to be sent")])
def test_a_lazy_translation_is_kept_in_both_languages(language, word):
    from notifications.models import State

    context = {**TICKET, "cause": State.PENDING.label}
    assert word in render("ticket_hold", freeze(context), language).body


def test_markup_in_what_people_write_stays_text():
    text = render("ticket_replied", freeze({**TICKET, "subject": "a < b & c", "author": "x", "text": "<b>"}), "en")
    assert "a < b & c" in text.subject
    assert "<b>" in text.body


def test_one_item_is_worded_as_one_and_several_as_several():
    one = render("escalation", freeze({"items": [escalation_of(7, late=True)]}), "en")
    many = render("escalation", freeze({"items": [escalation_of(7), escalation_of(8)]}), "en", "https://desk.example")
    assert one.subject == "[SD-20261121-0007] Overdue – response: 核心交换机宕机"
    assert many.subject == "2 promises need attention"
    assert "https://desk.example/tickets/8/" in many.body


def test_a_digest_of_thousands_stays_readable():
    frozen = freeze({"items": [escalation_of(i) for i in range(5000)]})
    text = render("escalation", frozen, "en")
    assert len(frozen["items"]) == ITEMS_SHOWN
    assert text.subject == "5000 promises need attention"
    assert "4950 more" in text.body
