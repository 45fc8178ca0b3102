"""Plans and calendars in the administration: every change is a new version, every mistake a sentence on the field."""

from datetime import UTC, datetime

import pytest

from sla import loading
from sla.models import Calendar, CalendarVersion, Plan, PlanVersion
from sla.reading import content_of, read_document, written
from tests.worlds import load_shipped_plans, make_user

P0 = (loading.SHIPPED / "p0.yaml").read_text("utf-8")


@pytest.fixture
def admin(client, db):
    load_shipped_plans()
    user = make_user("root@example.com", role="admin", name="管理员")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def save(client, row, text, **more):
    prefix = "versions-TOTAL_FORMS", "versions-INITIAL_FORMS"
    url = f"/admin/sla/{row._meta.model_name}/" + (f"{row.pk}/change/" if row.pk else "add/")
    return client.post(url, {"content": text, "valid_from_0": "", "valid_from_1": "", **dict.fromkeys(prefix, "0"), **more})


@pytest.mark.parametrize(("model", "code"), [(Plan, "p0"), (Plan, "p3"), (Calendar, "always"), (Calendar, "office-cn")])
def test_the_text_says_what_the_file_said(admin, model, code):
    text = content_of(model.objects.get(code=code))
    [loaded] = loading.load_documents([read_document(text, "again.yaml")], actor=None, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not loaded.is_new
    assert written(read_document(text, "x").data) == text


def test_changed_text_makes_the_next_version_and_the_history_says_who(admin, client):
    plan = Plan.objects.get(code="p0")
    text = content_of(plan).replace("target: 8h", "target: 6h").replace("信息系统售后服务方案", "信息系统售后服务方案（2026）")
    assert save(client, plan, text).status_code == 302
    version = PlanVersion.objects.get(plan=plan, number=2)
    assert version.created_by == admin
    assert Plan.objects.get(pk=plan.pk).name == "信息系统售后服务方案（2026）"
    assert plan.history.first().history_user == admin
    assert client.get(f"/admin/sla/plan/{plan.pk}/history/").status_code == 200


def test_a_version_can_begin_later(admin, client):
    plan = Plan.objects.get(code="p0")
    save(client, plan, content_of(plan).replace("target: 8h", "target: 6h"), valid_from_0="2099-01-01", valid_from_1="08:00")
    assert PlanVersion.objects.get(plan=plan, number=2).valid_from == datetime(2099, 1, 1, 0, tzinfo=UTC)


def test_the_same_text_makes_none(admin, client):
    plan = Plan.objects.get(code="p0")
    answer = client.post(f"/admin/sla/plan/{plan.pk}/change/", {"content": content_of(plan).replace("\n", "\r\n"), "versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}, follow=True)  # fmt: skip  # noqa: E501
    assert "no new version was made" in answer.content.decode()
    assert PlanVersion.objects.filter(plan=plan).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("target: 8h", "target: 8 hours", "“8 hours” is not a duration"),
        ("code: p0", "code: p9", "the code stays “p0”"),
        ("calendar: always", "calendar: never", "there is no calendar “never”"),
        ("code: p0\n", "code: p0\ntimezone: Asia/Shanghai\n", "this is a calendar, not a plan"),
        ("code: p0", "code: [p0", "this is not YAML"),
    ],
)
def test_a_mistake_stands_on_the_field_and_nothing_is_saved(admin, client, old, new, sentence):
    plan = Plan.objects.get(code="p0")
    answer = save(client, plan, P0.replace(old, new, 1))
    assert answer.status_code == 200
    assert sentence in str(answer.context["adminform"].form.errors["content"][0])
    assert "p0.yaml, line" in str(answer.context["adminform"].form.errors["content"][0])
    assert PlanVersion.objects.filter(plan=plan).count() == 1


def test_a_new_plan_is_written_as_text(admin, client):
    assert save(client, Plan(), P0.replace("code: p0", "code: p9")).status_code == 302
    assert PlanVersion.objects.get(plan__code="p9").number == 1
    assert "is there already" in str(save(client, Plan(), P0).context["adminform"].form.errors["content"][0])


def test_a_calendar_is_corrected_by_hand(admin, client):
    calendar = Calendar.objects.get(code="office-cn")
    text = content_of(calendar).replace("extra:\n", "extra:\n- {date: '2026-12-31', hours: [['09:00', '12:00']]}\n")
    assert save(client, calendar, text).status_code == 302
    assert {"date": "2026-12-31", "hours": [["09:00", "12:00"]]} in CalendarVersion.objects.get(calendar=calendar, number=2).data["extra"]


@pytest.mark.parametrize("model", ["plan", "calendar", "planversion", "calendarversion"])
def test_nothing_is_deleted_and_versions_are_only_read(admin, client, model):
    assert client.get(f"/admin/sla/{model}/").status_code == 200
    row = {"plan": Plan, "calendar": Calendar, "planversion": PlanVersion, "calendarversion": CalendarVersion}[model].objects.first()
    assert client.get(f"/admin/sla/{model}/{row.pk}/change/").status_code == 200
    assert client.post(f"/admin/sla/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    if model.endswith("version"):
        assert client.post(f"/admin/sla/{model}/{row.pk}/change/", {"number": 9}).status_code == 403
