"""The parts that pages are made of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from accounts.models import Role
from core import navigation
from core.duration import spell
from core.templatetags.inline import initials
from core.templatetags.moments import absolute, look, relative
from tests import worlds

pytestmark = pytest.mark.once
NOON = worlds.NOON


def draw(source: str, language: str = "zh-hans", **given: object) -> str:
    with override(language):
        return Template("{% load i18n desk %}" + source).render(Context(given))


# --- Lengths of time ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "0 秒", "0 s"),
        (59, "59 秒", "59 s"),
        (60, "1 分", "1 min"),
        (61, "1 分 1 秒", "1 min 1 s"),
        (12_000, "3 小时 20 分", "3 h 20 min"),
        (12_001, "3 小时 20 分", "3 h 20 min"),  # two units at most
        (86_405, "1 天", "1 d"),  # and only neighbours: five seconds say nothing beside a day
        (86_400 + 7200, "1 天 2 小时", "1 d 2 h"),
        (-300, "5 分", "5 min"),  # how late it is, the words around it say
        (timedelta(hours=1, microseconds=5), "1 小时", "1 h"),
    ],
)
def test_a_length_is_said_with_its_two_largest_units(seconds, chinese, english):
    with override("zh-hans"):
        assert spell(seconds) == chinese
    with override("en"):
        assert spell(seconds) == english


def test_one_unit_may_be_enough():
    assert draw("{{ s|duration:1 }}", s=12_000) == "3 小时"
    assert draw("{{ s|duration }}", s=None) == ""


# --- Moments -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(seconds=-30), "刚刚"),
        (timedelta(seconds=59), "刚刚"),
        (timedelta(minutes=-5), "5 分前"),
        (timedelta(hours=26), "1 天后"),
    ],
)
def test_how_far_a_moment_is_away(delta, words):
    with override("zh-hans"):
        assert relative(NOON + delta, NOON) == words


def test_the_year_is_written_when_it_is_another():
    assert absolute(NOON, NOON) == "11-20 12:00"
    assert absolute(NOON - timedelta(days=365), NOON) == "2025-11-20 12:00"


def test_a_moment_carries_itself_for_machines():
    assert 'datetime="2026-11-20T04:00:00+00:00"' in draw("{% moment at %}", at=NOON)
    assert draw("{% moment at %}", at=None) == "—"
    assert draw("{% day d %}", d=NOON.date()) == '<time datetime="2026-11-20">2026-11-20</time>'


# --- Clocks ---------------------------------------------------------------------------------------------


def clock(state, minutes=None, **more):
    return {"name": "响应", "state": state, "due_at": None if minutes is None else NOON + timedelta(minutes=minutes), **more}


@pytest.mark.parametrize(
    ("given", "tone", "words"),
    [
        pytest.param(clock("running", 42, remaining_seconds=2520, share=0.3), "ok", "还剩 42 分", id="far from due"),
        pytest.param(clock("running", 15, remaining_seconds=900, share=0.75), "risk", "还剩 15 分", id="three quarters gone"),
        pytest.param(clock("running", 42, share=0.3, warn_at=NOON), "risk", "还剩 42 分", id="its own warning moment counts"),
        pytest.param(clock("running", 0, remaining_seconds=0, share=1), "risk", "还剩 0 秒", id="at due it is not late yet"),
        pytest.param(clock("running", -5, remaining_seconds=-300, share=1.1), "late", "超时 5 分", id="past due, not swept yet"),
        pytest.param(clock("running"), "ok", "计时中", id="without a due time"),
        pytest.param(clock("paused", None, remaining_seconds=7200), "paused", "暂停，剩余 2 小时", id="paused shows what remains"),
        pytest.param(clock("paused"), "paused", "已暂停", id="paused without a target"),
        pytest.param(clock("met", 5), "met", "已达成", id="kept"),
        pytest.param(clock("missed", -5), "late", "超时 5 分", id="missed and still running"),
        pytest.param(clock("missed", -60, met_at=NOON - timedelta(minutes=40)), "late", "超时 20 分", id="missed, then done"),
        pytest.param(clock("pending"), "none", "未开始", id="not started"),
        pytest.param(clock("void"), "none", "不适用", id="void"),
    ],
)
def test_a_clock_says_how_it_stands_in_words_and_tone(given, tone, words):
    with override("zh-hans"):
        seen = look(given, NOON)
    assert (seen.tone, seen.words) == (tone, words)
    assert seen.icon  # the tone is never the only sign


@pytest.mark.parametrize(
    ("state", "minutes", "ticks"), [("running", 5, True), ("missed", -5, True), ("paused", 5, False), ("met", 5, False)]
)
def test_only_a_clock_that_runs_is_counted_down(state, minutes, ticks):
    assert ("data-due" in draw("{% clock_chip c %}", c=clock(state, minutes))) is ticks


def test_a_compact_clock_still_names_its_promise_to_a_screen_reader():
    assert '<span class="clock-name visually-hidden">响应</span>' in draw("{% clock_chip c compact=True %}", c=clock("met"))


# --- Words in a line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "short"),
    [("王敏", "王敏"), ("欧阳小敏", "小敏"), ("Ada Lovelace", "AL"), ("Ada B. Lovelace", "AL"), ("ada", "A"), ("", "?"), ("  ", "?")],
)
def test_initials(name, short):
    assert initials(name) == short


def test_what_people_wrote_is_never_markup():
    nasty = "<script>alert(1)</script>"
    sources = (
        "{% badge x %}{% status_badge x x %}{% severity_badge 1 x %}{% icon x x %}",
        "{% page_header x x over=x %}{% endpage_header %}{% card title=x %}{{ x }}{% endcard %}{% empty_state x x %}",
        "{% timeline_item title=x at=at who=x %}{{ x }}{% endtimeline_item %}{% data_table x %}{% enddata_table %}",
        "{% chart 'a' x data %}{% endchart %}{% clock_chip c %}{% person x %}",
    )
    for source in sources:
        drawn = draw(source, x=nasty, at=NOON, data={"labels": [nasty]}, c={"name": nasty, "state": "met"})
        assert "<script>alert" not in drawn


def test_a_severity_says_its_level_too():
    assert draw('{% severity_badge 1 "重大" %}').endswith('<span>重大<span class="visually-hidden"> (严重程度 1)</span></span></span>')
    assert draw("{% severity_badge none %}", none=None) == "—"


# --- Forms ------------------------------------------------------------------------------------------------


class Sample(forms.Form):
    subject = forms.CharField(help_text="A few words.")
    severity = forms.ChoiceField(choices=[("1", "重大"), ("2", "紧急")], widget=forms.RadioSelect)
    agreed = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_links_label_help_and_error():
    drawn = draw("{% field form.subject %}", form=Sample({}))
    assert '<label class="form-label required" for="id_subject">' in drawn
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_subject_helptext"' in drawn
    assert 'id="id_subject_error"' in drawn
    assert "is-invalid" in drawn


def test_choices_are_a_group_with_a_name():
    drawn = draw("{% field form.severity %}", form=Sample())
    assert drawn.count("<fieldset") == drawn.count("<legend") == 1
    assert drawn.count('class="form-check-input"') == 2


def test_a_form_says_first_what_is_wrong_and_leads_there():
    drawn = draw("{% form_fields form %}", form=Sample({}))
    assert 'href="#id_subject"' in drawn
    assert 'href="#id_severity"' in drawn
    assert 'id="id_severity"' in drawn
    assert 'type="hidden"' in drawn


# --- Navigation -------------------------------------------------------------------------------------------


def request_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


def test_a_stranger_has_nowhere_to_go():
    assert navigation.links(request_of(AnonymousUser())) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "has", "has_not"),
    [
        (Role.ENGINEER, "/customers/", "/admin/"),
        (Role.ENGINEER, "/plans/", "/inbox/outbox/"),
        (Role.MANAGER, "/inbox/outbox/", "/admin/"),
        (Role.ADMIN, "/admin/", "/portal/contracts/"),
        (Role.CUSTOMER, "/portal/contracts/", "/customers/"),
        (Role.SUPERVISOR, "/portal/contracts/", "/plans/"),
    ],
)
def test_everybody_sees_their_own_entries(role, has, has_not):
    request = request_of(worlds.make_user(role=role))
    urls = [link.url for link in (*navigation.links(request), *navigation.links(request, "menu"))]
    assert has in urls
    assert has_not not in urls


@pytest.mark.django_db
def test_only_the_deepest_entry_is_marked_as_the_current_one():
    links = navigation.links(request_of(worlds.make_user(role=Role.CUSTOMER), "/portal/contracts/"))
    assert [link.url for link in links if link.current] == ["/portal/contracts/"]


def test_a_page_that_does_not_exist_is_left_out():
    assert navigation.resolve("nowhere:at_all") == ""
    assert navigation.resolve("customers:organization", 5) == "/customers/5/"
