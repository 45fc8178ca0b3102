"""What a plan may say, and the sentence that answers what it may not."""
# ruff: noqa: E501 - a case a line

from pathlib import Path

import pytest
from django.utils import translation

from sla import loading
from sla.engine import Plan, PlanError
from sla.engine.plan import DEFAULT_LADDER, EVENTS, Condition, Target, seconds
from sla.errors import Unreadable
from sla.reading import calendar_of, plan_of, read_document

pytestmark = pytest.mark.once

SILENT_EVENTS = {"replied", "noted", "hold", "resumed", "pause_objected", "severity_changed", "merged", "escalated", "acknowledged"}
"""Events that a plan may name and that nobody would: they stop nothing that is promised."""
SMALL = """\
code: small
name: {zh-hans: 小方案, en: Small plan}
severities:
  1: {name: {zh-hans: 重, en: Bad}, means: {zh-hans: 停, en: Down}}
  2: {name: {zh-hans: 轻, en: Light}, means: {zh-hans: 慢, en: Slow}}
promises:
  - code: response
    measure: response
    name: {zh-hans: 响应, en: Response}
    when: {kinds: [fault]}
    from: reported
    until: contacted
    target: 1h
  - code: restore
    measure: restore
    name: {zh-hans: 恢复, en: Restore}
    from: reported
    until: [resolved]
    target: {1: 4h, 2: 3 workdays}
    calendar: {1: always, 2: office-cn}
    pausable: [customer]
    levels:
      - {code: warning, at: 50%, tell: [assignee]}
"""
HOURS = """\
code: hours
name: {zh-hans: 时间, en: Hours}
timezone: Asia/Shanghai
weekly:
  - [mon, "09:00", "18:00"]
extra:
  - {date: 2026-10-10, hours: [["09:00", "18:00"]]}
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        # what is not YAML, or not this YAML
        ("code: small", "code: [small", "line 2: this is not YAML: expected ',' or ']', but got ':'"),
        ("    target: 1h", "\ttarget: 1h", "line 13: this is not YAML: found character '\\t'"),
        ("    target: 1h\n", "    target: 1h\n    target: 2h\n", "line 14: this is not YAML: “target” stands here twice"),
        ("code: small", "code: &x small\nsource: *x", "line 2: this is not YAML: aliases (*name) are not read here"),
        ("code: small", "code: !!python/name:os.system x", "line 1: this is not YAML: could not determine a constructor"),
        ("code: small", "[a]: b\ncode: small", "line 1: this is not YAML: a key must be a word or a number"),
        # words that are not known
        ("    target: 1h", "    tagret: 1h", "line 13: promises.0.tagret: “tagret” is not known here; choose from code, measure"),
        ("kinds: [fault]", "kind: [fault]", "line 10: promises.0.when.kind: “kind” is not known here; choose from kinds"),
        ("kinds: [fault]", "kinds: [default]", "line 10: promises.0.when.kinds: “default” is not known; choose from fault, consultation"),
        ("kinds: [fault]", "kinds: fault", "line 10: promises.0.when.kinds: “fault” should be a list, such as [fault]"),
        ("kinds: [fault]", "warranty: maybe", "line 10: promises.0.when.warranty: write true or false"),
        ("kinds: [fault]", "hours: night", "line 10: promises.0.when.hours: “night” is not known; choose from office, outside"),
        ("kinds: [fault]", "regions: east", "line 10: promises.0.when.regions: “east” should be a list"),
        ("from: reported\n    until: contacted", "from: report\n    until: contacted", "line 11: promises.0.from: “report” is not known; choose from reported"),
        ("measure: response", "measure: reaction", "line 8: promises.0.measure: “reaction” is not known; choose from registration"),
        ("pausable: [customer]", "pausable: [weather]", "line 21: promises.1.pausable: “weather” is not known; choose from customer, third_party, logistics, vendor, access"),
        # causes of waiting
        ("promises:\n", "causes: [{code: lift, name: {zh-hans: 梯, en: Lift}, owner: vendor, proof: required}]\npromises:\n", "line 6: causes.0.proof: “proof” is not known here; choose from code, name, owner, evidence, ends"),
        ("promises:\n", "causes: [{code: lift, name: {zh-hans: 梯, en: Lift}, owner: weather}]\npromises:\n", "line 6: causes.0.owner: “weather” is not known; choose from customer"),
        ("promises:\n", "causes: [{code: lift, name: {zh-hans: 梯, en: Lift}}]\npromises:\n", "line 6: causes.0.owner: “None” is not known; choose from customer"),
        ("promises:\n", "causes: [{code: lift, name: Lift, owner: vendor}]\npromises:\n", "line 6: causes.0.name: needs words in both languages"),
        ("promises:\n", "causes: [{code: lift, name: {zh-hans: 梯, en: Lift}, owner: vendor, evidence: maybe}]\npromises:\n", "line 6: causes.0.evidence: “maybe” is not known; choose from required, optional"),
        ("promises:\n", "causes: [{code: lift, name: {zh-hans: 梯, en: Lift}, owner: vendor, ends: soon}]\npromises:\n", "line 6: causes.0.ends: “soon” is not known; choose from expected"),
        ("promises:\n", "causes: [{code: vendor, name: {zh-hans: 梯, en: Lift}, owner: vendor}]\npromises:\n", "line 6: causes.0.code: “vendor” already stands for whose hands it is in"),
        ("promises:\n", "causes:\n  - {code: lift, name: {zh-hans: 梯, en: Lift}, owner: vendor}\n  - {code: lift, name: {zh-hans: 梯, en: Lift}, owner: vendor}\npromises:\n", "line 8: causes.1.code: “lift” is used twice; each cause needs"),
        ("promises:\n", "causes: []\npromises:\n", "line 6: causes: causes are a list of at least one"),
        ("promises:\n", "objection: soon\npromises:\n", "line 6: objection: “soon” is not a duration"),
        ("promises:\n", "objection: 0d\npromises:\n", "line 6: objection: an objection needs some time"),
        ("tell: [assignee]", "tell: [boss]", "line 23: promises.1.levels.0.tell: “boss” is not known; choose from assignee"),
        ("tell: [assignee]", "tell: [assignee], do: [shout]", "line 23: promises.1.levels.0.do: “shout” is not known; choose from reassign, raise_severity"),
        ("tell: [assignee]", "tell: [assignee], do: vendor", "line 23: promises.1.levels.0.do: “vendor” should be a list, such as [vendor]"),
        ("tell: [assignee]", "tell: [assignee], then: [vendor]", "line 23: promises.1.levels.0.then: “then” is not known here; choose from code, at, tell, ack, do"),
        # times that are none
        ("tell: [assignee]", "tell: [assignee], ack: soon", "line 23: promises.1.levels.0.ack: “soon” is not a duration"),
        ("tell: [assignee]", "tell: [assignee], ack: 0min", "line 23: promises.1.levels.0.ack: nobody can acknowledge it in no time"),
        ("target: 1h", "target: 1 hour", "line 13: promises.0.target: “1 hour” is not a duration; write for example 30min, 8h or 15d"),
        ("target: 1h", "target: 0h", "line 13: promises.0.target: a target of zero is refused; write “at once”"),
        ("target: 1h", "target: -1h", "line 13: promises.0.target: “-1h” is not a duration"),
        ("target: 1h", "target: 1.5h", "line 13: promises.0.target: “1.5h” is not a duration"),
        ("target: 1h", "target: 60", "line 13: promises.0.target: “60” is not a duration"),
        ("target: 1h", "target: 9999d", "line 13: promises.0.target: “9999d” is too long; the longest is 3660 days"),
        ("3 workdays", "0 workdays", "line 19: promises.1.target.2: a target of zero is refused"),
        ("at: 50%", "at: half", "line 23: promises.1.levels.0.at: “half” is not a moment; write for example 75%, due, due+30min"),
        ("at: 50%", "at: 0%", "line 23: promises.1.levels.0.at: “0%” is not a share of the target; write for example 75%"),
        ("at: 50%", "at: due+soon", "line 23: promises.1.levels.0.at: “soon” is not a duration"),
        # what is missing or at odds
        ("    target: 1h\n", "", "line 7: promises.0.target: missing; write one duration, or one for each severity"),
        ("    from: reported\n    until: contacted\n", "    until: contacted\n", "line 7: promises.0.from: missing; name the event that starts the clock"),
        ("    until: contacted\n", "", "line 7: promises.0.until: missing; name the event that stops the clock"),
        ("until: contacted", "until: [contacted, reported]", "line 12: promises.0.until: “reported” would start and stop the clock at the same instant"),
        ("{1: 4h, 2: 3 workdays}", "{1: 4h, 2: 3 workdays}\n    limit: {1: 4h}", "line 20: promises.1.limit: the limit is the last moment beside an earlier target"),
        ("{1: 4h, 2: 3 workdays}", "{1: 4h, 2: 3 workdays}\n    limit: {2: 96h}", "line 20: promises.1.limit: target and limit count differently"),
        ("{1: 4h, 2: 3 workdays}", "{1: 4h}\n    limit: {2: 96h}", "line 20: promises.1.limit: severity 2 has a limit but no target"),
        ("target: 1h", "target: 1h\n    limit: soon", "line 14: promises.0.limit: “soon” is not a duration"),
        ("target: 1h", "target: 1h\n    limit: 2h\n  - {code: response-limit, measure: response, name: {zh-hans: 响, en: Re}, from: reported, until: resolved, target: 1h}", "line 15: promises.1.code: “response-limit” is used twice"),
        ("code: restore", "code: response", "line 14: promises.1.code: “response” is used twice"),
        ("code: small", "code: Small plan", "line 1: code: “Small plan” is no code; write small letters, digits and hyphens"),
        ("name: {zh-hans: 小方案, en: Small plan}", "name: Small plan", "line 2: name: needs words in both languages"),
        ("name: {zh-hans: 小方案, en: Small plan}", "name: {zh-hans: 小方案}", "line 2: name: needs words in both languages"),
        ("en: Small plan", "en: Small, plan", "line 2: name.plan: “plan” is not known here; choose from zh-hans, en"),
        ("en: Small plan", f"en: {'x' * 121}", "line 2: name.en: a name has at most 120 characters"),
        ("{1: 4h, 2: 3 workdays}", "{1: 4h, 3: 8h}", "line 19: promises.1.target: severity 3 has no name in this plan"),
        ("{1: 4h, 2: 3 workdays}", "{5: 4h}", "line 19: promises.1.target.5: “5” is not known; choose from 1, 2, 3, 4"),
        ("{1: 4h, 2: 3 workdays}", "{}", "line 19: promises.1.target: missing"),
        ("{1: always, 2: office-cn}", "{1: always}", "line 20: promises.1.calendar: severity 2 has a target but no calendar"),
        ("kinds: [fault]", "severities: [4]", "line 10: promises.0.when.severities: severity 4 has no name in this plan"),
        ("{code: warning, at: 50%, tell: [assignee]}", "{code: warning, at: 50%}", "line 23: promises.1.levels.0.tell: name at least one role"),
        ("      - {code: warning", "      - {code: warning, at: due, tell: [team]}\n      - {code: warning", "line 22: promises.1.levels: two levels share a code"),
        ("tell: [assignee]", "tell: [assignee], ack: 15min", "line 23: promises.1.levels.0.ack: there is no level above this one that could be reached instead"),
        ("    levels:\n      - {code: warning, at: 50%, tell: [assignee]}\n", "    levels: none\n", "line 22: promises.1.levels: levels are a list; write [] for none"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_its_line_and_a_sentence(old, new, sentence):
    assert old in SMALL
    with pytest.raises(Unreadable) as refused:
        plan_of(read_document(SMALL.replace(old, new, 1), "small.yaml"))
    assert str(refused.value).startswith(f"small.yaml, {sentence}")
    assert refused.value.field == "content"


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words", "# nothing"])
def test_a_file_without_a_plan_is_refused(text):
    with pytest.raises(Unreadable, match="a plan or calendar is a mapping"):
        read_document(text, "x.yaml")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "severities: name at least one severity"),
        ({"severities": {1: "bad"}}, "severities.1.name: needs words"),
        ({"severities": {"one": {}}}, "severities.one: “one” is not known"),
        ({"severities": {1: {"name": {"zh-hans": "重", "en": "Bad"}, "means": {"zh-hans": "停", "en": "Down"}}}}, "promises: a plan needs a list"),
        ({"severities": {1: {"name": {"zh-hans": "重", "en": "Bad"}, "means": {"zh-hans": "停", "en": "Down"}}}, "promises": ["x"]}, "promises.0: a promise is"),
        ([], "plan: should be a mapping"),
    ],
)  # fmt: skip
def test_data_that_is_no_plan_is_refused(data, sentence):
    with pytest.raises(PlanError) as refused:
        Plan.from_dict(data)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("timezone: Asia/Shanghai", "timezone: Asia/Shangri-La", "line 3: timezone: 'Asia/Shangri-La' is"),
        ('[mon, "09:00", "18:00"]', '[mon, "09:00", "25:00"]', "line 5: weekly.0: '25:00' is no time of day"),
        ("date: 2026-10-10", "date: 2026-13-10", "line 7: extra.0.date: '2026-13-10' is no date"),
        ("code: hours", "code: Office Hours", "line 1: code: write a short code of small letters"),
        ("extra:", "extras:", "line 6: extras: “extras” is not known here; choose from code, name, unconfirmed, timezone"),
        ('  - [mon, "09:00", "18:00"]\n', "  []\n", "line 4: weekly: name at least one range of weekly hours"),
        ("code: hours", "code: hours\nunconfirmed: next", "line 2: unconfirmed: write a list of years, such as [2027]"),
        ("name: {zh-hans: 时间, en: Hours}", "name: Hours", "line 2: name: needs words in both languages"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_calendar_is_answered_with_its_line(old, new, sentence):
    assert old in HOURS
    with pytest.raises(Unreadable) as refused:
        calendar_of(read_document(HOURS.replace(old, new, 1), "hours.yaml"))
    assert str(refused.value).startswith(f"hours.yaml, {sentence}")


def test_unquoted_times_and_dates_are_read_as_written():
    """YAML 1.1 would make the number 810 of 13:30."""
    calendar, content = calendar_of(read_document(HOURS.replace('"09:00", "18:00"', "09:00, 13:30", 1) + "holidays: [2026-10-01]\n", "x"))
    assert content["weekly"] == [["mon", "09:00", "13:30"]]
    assert content["holidays"] == ["2026-10-01"]
    assert calendar.timezone == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "length"), [("10min", 600), ("1h", 3600), ("1h 30m", 5400), ("15d", 15 * 86400), ("90 s", 90), ("1h30min", 5400)]
)
def test_durations(text, length):
    assert seconds(text) == length


@pytest.mark.parametrize(
    ("text", "target"),
    [("at once", Target()), ("3 workdays", Target(workdays=3)), ("1 workday", Target(workdays=1)), ("24h", Target(seconds=86400))],
)
def test_targets(text, target):
    assert Target.read(text, ()) == target


def test_a_plan_reads_the_same_after_its_way_through_the_database():
    """JSON knows no numbers as keys."""
    for text in (SMALL, *(path.read_text("utf-8") for path in loading.SHIPPED.glob("*.yaml"))):
        document = read_document(text, "x.yaml")
        assert Plan.from_dict(loading._as_json(document.data)) == plan_of(document)


def test_levels_default_to_the_ladder_of_the_plan_then_of_the_product():
    small = plan_of(read_document(SMALL, "x"))
    assert small.promise("response").levels == DEFAULT_LADDER
    assert [level.code for level in small.promise("restore").levels] == ["warning"]
    other = plan_of(read_document(SMALL + "ladder: [{code: due, at: due, tell: [manager]}]\n", "x"))
    assert [level.code for level in other.promise("response").levels] == ["due"]
    assert [level.code for level in other.promise("restore").levels] == ["warning"]


@pytest.mark.parametrize(
    ("at", "amount"),
    [
        ("75%", 2700),
        ("150%", 5400),
        ("due", 3600),
        ("due+30min", 5400),
        ("due-15min", 2700),
        ("start+10min", 600),
        ("start", 0),
        ("due-2h", -3600),
    ],
)
def test_levels_are_placed_by_share_or_offset(at, amount):
    text = SMALL.replace("at: 50%", f"at: {at}")
    [level] = plan_of(read_document(text, "x")).promise("restore").levels
    assert level.amount(3600) == amount


def test_a_severity_without_a_word_takes_the_next_worse_one():
    small = plan_of(read_document(SMALL, "x"))
    assert [small.severity(number).number for number in (1, 2, 3, 4)] == [1, 2, 2, 2]


def test_one_limit_stands_beside_every_target():
    text = SMALL.replace("{1: 4h, 2: 3 workdays}", "{1: 4h}\n    limit: 8h")
    assert plan_of(read_document(text, "x")).limit("restore").targets == {1: Target(seconds=8 * 3600)}


def test_nothing_is_promised_where_the_plan_is_silent():
    p0 = plan_of(read_document((loading.SHIPPED / "p0.yaml").read_text("utf-8"), "p0.yaml"))
    for kind in ("complaint", "request"):
        assert not [promise.code for promise in p0.promises if promise.when.holds({"kind": kind, "severity": 1, "warranty": True})]


def test_the_example_of_the_documents_is_a_plan():
    text = Path("docs/plans.md").read_text("utf-8")
    example = plan_of(read_document(text.split("```yaml\n")[1].split("```")[0], "docs/plans.md"))
    assert [promise.code for promise in example.promises] == ["restore", "restore-limit"]
    assert not [name for name in (*Condition.__slots__, *EVENTS) if f"`{name}`" not in text and name not in SILENT_EVENTS]
