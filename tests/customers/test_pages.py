"""Pages about customers."""

from __future__ import annotations

import pytest

from customers import services
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.make_world()


@pytest.fixture
def as_(client, world):
    def log_in(role):
        client.force_login(world.person(role))
        return client

    return log_in


def words(answer) -> str:
    return answer.content.decode()


def test_a_customer_reads_what_was_signed(as_, world):
    page = words(as_("customer").get("/portal/contracts/"))
    assert world.contract.number in page
    assert "2027-05-31" in page


def test_without_contracts_the_page_says_whom_to_ask(as_):
    assert "服务经理" in words(as_("stranger").get("/portal/contracts/"))


@pytest.mark.parametrize("role", ["customer", "supervisor", "engineer"])
def test_a_contract_opens_for_both_sides(as_, world, role):
    page = words(as_(role).get(f"/contracts/{world.contract.pk}/"))
    assert world.contract.name in page
    assert str(world.contract.plan) in page


def test_a_contract_shows_a_customer_only_equipment_they_may_see(as_, world):
    contract = worlds.make_contract(world.organization, equipment=[world.equipment, world.other_equipment])
    page = words(as_("customer").get(f"/contracts/{contract.pk}/"))
    assert world.equipment.name in page
    assert world.other_equipment.name not in page


@pytest.mark.parametrize("text", ["江城", "jiang", "SN-0001", "{qr}"])
def test_a_customer_is_found_by_name_code_or_label(as_, world, text):
    services.update_organization(world.organization, code="jiangcheng-1", actor=None, at=worlds.NOON)
    page = words(as_("engineer").get("/customers/", {"q": text.format(qr=world.equipment.qr_id)}))
    assert world.organization.name in page
    assert "远山水务集团" not in page


def test_a_search_that_finds_nothing_says_how_to_search(as_):
    assert "未找到客户" in words(as_("engineer").get("/customers/", {"q": "不存在"}))


@pytest.mark.parametrize("text", ["\0", "x" * 200, "%", "'"])
def test_an_odd_search_is_no_error(as_, text):
    assert as_("engineer").get("/customers/", {"q": text}).status_code == 200


def test_one_customer_shows_contracts_sites_people_and_equipment(as_, world):
    page = words(as_("engineer").get(f"/customers/{world.organization.pk}/"))
    for part in (world.contract.number, world.site.name, world.customer.email, world.equipment.name):
        assert part in page


def test_equipment_of_a_customer_is_searched_and_paged(as_, world):
    for index in range(60):
        worlds.make_equipment(world.site, name=f"交换机 {index:02d}")
    client = as_("engineer")
    address = f"/customers/{world.organization.pk}/"
    first = client.get(address)
    assert "交换机 10" in words(first)
    assert "交换机 59" not in words(first)
    assert "交换机 59" in words(client.get(address, {"cursor": first.context["equipment"].next_cursor}))
    assert "交换机 59" in words(client.get(address, {"q": "交换机 59"}))


@pytest.mark.parametrize(
    ("address", "most"),
    [("/customers/", 8), ("/customers/{organization}/", 19), ("/contracts/{contract}/", 17), ("/equipment/{equipment}/", 19)],
)
def test_a_page_costs_the_same_however_much_there_is(as_, world, address, most, django_assert_max_num_queries):
    for _i in range(12):
        worlds.make_organization()
        worlds.make_customer(world.organization, sites=[worlds.make_site(world.organization, region=world.region)])
        worlds.make_contract(world.organization, equipment=[worlds.make_equipment(world.site)])
        services.update_equipment(world.equipment, model=f"K{_i}", actor=world.engineer, at=worlds.NOON)
    client = as_("engineer")
    given = address.format(organization=world.organization.pk, contract=world.contract.pk, equipment=world.equipment.pk)
    with django_assert_max_num_queries(most):
        assert client.get(given).status_code == 200


def test_an_equipment_shows_what_it_is_entitled_to_and_what_was_changed(as_, world):
    services.update_equipment(world.equipment, maker="浪潮", kind="hardware", actor=world.manager, at=worlds.NOON)
    page = words(as_("engineer").get(f"/equipment/{world.equipment.pk}/"))
    assert "合同有效" in page
    assert "Inspur" in page
    assert "浪潮" in page
    assert "硬件" in page


def test_a_customer_is_not_shown_who_changed_what(as_, world):
    services.update_equipment(world.equipment, maker="浪潮", actor=world.manager, at=worlds.NOON)
    assert "变更记录" not in words(as_("customer").get(f"/equipment/{world.equipment.pk}/"))


# --- Labels ------------------------------------------------------------------------------------------


def test_a_customer_who_scans_a_label_reports_this_equipment(as_, world):
    answer = as_("customer").get(f"/e/{world.equipment.qr_id}/")
    assert answer.url == f"/portal/report/?equipment={world.equipment.pk}"


def test_a_label_read_in_small_letters_works_too(as_, world):
    assert as_("customer").get(f"/e/{world.equipment.qr_id.lower()}/").status_code == 302


def test_staff_who_scan_a_label_see_the_equipment(as_, world):
    assert as_("engineer").get(f"/e/{world.equipment.qr_id}/").url == f"/equipment/{world.equipment.pk}/"


def test_who_is_not_logged_in_comes_back_after_the_login(client, world):
    assert client.get(f"/e/{world.equipment.qr_id}/").url.endswith(f"?next=/e/{world.equipment.qr_id}/")


def test_the_image_is_a_picture_and_not_for_strangers(as_, world):
    address = f"/equipment/{world.equipment.pk}/qr.svg"
    image = as_("customer").get(address)
    assert image.headers["Content-Type"] == "image/svg+xml"
    assert image.content.startswith(b"<svg")
    assert "private" in image.headers["Cache-Control"]
    assert as_("stranger").get(address).status_code == 404


# --- Administration --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["organization", "site", "equipment", "contract", "membership"])
def test_the_administrations_pages_open(as_, world, model):
    client = as_("admin")
    row = getattr(world, model) if model != "membership" else world.customer.membership
    for page in ("", "add/", f"{row.pk}/change/", f"{row.pk}/history/"):
        assert client.get(f"/admin/customers/{model}/{page}").status_code == 200, page


def test_a_change_in_the_administration_names_who_made_it(as_, world):
    given = {"code": "neu", "name": "新客户", "short_name": "", "is_active": "on"}
    as_("admin").post(f"/admin/customers/organization/{world.organization.pk}/change/", given)
    world.organization.refresh_from_db()
    assert world.organization.name == "新客户"
    assert world.organization.history.first().history_user == world.admin
