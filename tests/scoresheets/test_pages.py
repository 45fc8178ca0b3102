"""Pages and the REST interface of score sheets."""

from decimal import Decimal

import pytest
from django.urls import reverse

from scoresheets import services
from scoresheets.models import Agreement, Dispute, Score, Sheet, State
from tests.scoresheets.worlds import FILLED, decided, line_of, make_score, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIST = reverse("scoresheets:list")


@pytest.fixture
def scored():
    return make_score()


def periods_of(answer):
    return [row.period for row in answer.context["page"].rows]


def test_the_list_shows_scores_to_staff_and_to_the_customers_supervisor_only(client, scored, django_assert_max_num_queries):
    world, score = scored
    for person, seen in ((world.engineer, ["2026Q4"]), (world.supervisor, ["2026Q4"]), (world.stranger, [])):
        client.force_login(person)
        with django_assert_max_num_queries(12):
            assert periods_of(client.get(LIST)) == seen
    assert client.get(score.get_absolute_url()).status_code == 404
    client.force_login(world.customer)
    assert client.get(LIST).status_code == 403


def test_the_list_is_narrowed_by_state_period_and_words(client, scored):
    world, score = scored
    client.force_login(world.manager)
    assert periods_of(client.get(LIST, {"show": "open", "period": "2026Q4", "find": score.contract.number})) == ["2026Q4"]
    assert periods_of(client.get(LIST, {"show": "signed"})) == []
    assert periods_of(client.get(LIST, {"show": "disputed"})) == []
    services.dispute(line_of(score), actor=world.supervisor, at=FILLED, reason="停电")
    assert periods_of(client.get(LIST, {"show": "disputed"})) == ["2026Q4"]


def test_a_line_leads_to_its_evidence_and_a_score_takes_the_same_queries_however_long(client, scored, django_assert_max_num_queries):
    world, score = scored
    client.force_login(world.manager)
    with django_assert_max_num_queries(16):
        page = client.get(score.get_absolute_url()).content.decode()
    assert line_of(score).evidence[0]["link"] in page
    assert "98" in page


def test_a_supervisor_disputes_and_a_manager_decides(client, scored):
    world, score = scored
    line = line_of(score)
    client.force_login(world.supervisor)
    address = reverse("scoresheets:dispute", args=[line.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "当日机房停电"}).status_code == 302
    said = Dispute.objects.get()
    client.force_login(world.manager)
    assert "当日机房停电" in client.get(score.get_absolute_url()).content.decode()
    address = reverse("scoresheets:answer", args=[said.pk])
    assert client.post(address, {"points": "9", "text": "太多"}).status_code == 422
    assert client.post(address, {"points": "0.5", "text": "部分属实"}).status_code == 302
    assert Score.objects.get().score == Decimal("99.5")


def test_a_manager_signs_and_the_customer_is_asked(client, scored):
    world, score = scored
    client.force_login(world.manager)
    address = reverse("scoresheets:issue", args=[score.pk])
    assert client.post(address, {"name": ""}).status_code == 422
    assert client.post(address, {"name": "刘洋"}).status_code == 302
    score.refresh_from_db()
    assert score.state == State.ISSUED
    client.force_login(world.supervisor)
    page = client.get(score.get_absolute_url()).content.decode()
    assert reverse("documents:sign", args=[score.document_id]) in page
    assert reverse("scoresheets:dispute", args=[line_of(score).pk]) not in page


def test_the_workbook_holds_lines_evidence_and_disputes(client, scored):
    world, score = scored
    decided(world, line_of(score), Decimal(0))
    client.force_login(world.supervisor)
    answer = client.get(reverse("scoresheets:workbook", args=[score.pk]))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    answer.close()


def test_a_sheet_is_tried_before_it_is_saved(client, scored):
    world, score = scored
    client.force_login(world.manager)
    address = score.sheet.get_absolute_url()
    wrong = client.post(address, {"content": text_of({"points": -1}), "preview": "1"})
    assert wrong.status_code == 422
    assert "items.0.points" in wrong.content.decode()
    tried = client.post(address, {"content": text_of({"points": 3}), "preview": "1", "contract": score.contract.pk})
    assert tried.context["tried"][0].item.points == 3
    assert score.sheet.versions.count() == 1
    assert client.post(address, {"content": text_of({"points": 3})}).status_code == 302
    assert score.sheet.versions.count() == 2


def test_a_new_sheet_begins_with_the_one_that_ships_and_a_contract_agrees_to_it(client, scored):
    world, score = scored
    client.force_login(world.manager)
    address = reverse("scoresheets:new_sheet")
    text = client.get(address).context["form"].initial["content"]
    assert client.post(address, {"content": text}).status_code == 302
    sheet = Sheet.objects.get(code="own-sheet")
    given = {"contract": score.contract.pk, "sheet": sheet.pk, "starts_on": "2026-11-05"}
    assert client.post(reverse("scoresheets:agree"), given).status_code == 302
    agreement = Agreement.objects.get(sheet=sheet)
    assert str(agreement.starts_on) == "2026-10-01"
    assert client.post(reverse("scoresheets:agree"), given).status_code == 422
    assert client.post(reverse("scoresheets:end", args=[agreement.pk]), {"ends_on": "2026-12-31"}).status_code == 302
    assert "own-sheet" in client.get(reverse("scoresheets:sheets")).content.decode()


def test_the_contract_shows_its_scores(client, scored):
    world, score = scored
    client.force_login(world.supervisor)
    assert score.get_absolute_url() in client.get(reverse("customers:contract", args=[score.contract.pk])).content.decode()


def test_programs_read_scores_with_lines_evidence_and_disputes(client, scored):
    world, score = scored
    services.dispute(line_of(score), actor=world.supervisor, at=FILLED, reason="停电")
    client.force_login(world.manager)
    [row] = client.get("/api/v1/scoresheets/", {"period": "2026Q4", "contract": score.contract.number}).json()["results"]
    assert (row["score"], row["state"], "lines" in row) == (98.0, "open", False)
    whole = client.get(f"/api/v1/scoresheets/{score.pk}/").json()
    [line] = whole["lines"]
    assert (line["code"], line["counted"], line["evidence"][0]["link"][:9], line["disputes"][0]["reason"]) == (
        "late",
        2.0,
        "/tickets/",
        "停电",
    )
    assert client.get("/api/v1/scoresheets/", {"colour": "red"}).status_code == 400
