"""A release goes to every equipment it concerns: assessed in time, told, reminded, agreed, done, verified."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from catalogue import selectors, services
from catalogue.errors import NotApproved, NotYours, StepNotNow
from catalogue.models import Campaign, CampaignItem, Notice
from core.errors import Invalid
from core.queue import drain
from customers import services as customers
from customers.models import ConfigurationChange
from notifications.models import Message
from obligations.models import Obligation
from tests.catalogue.worlds import make_campaign, make_quotation, make_told
from tests.entitlements.worlds import make_term, uncover
from tests.worlds import NOON, make_equipment, make_promising_world
from tickets import services as tickets

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return make_promising_world()


def states(campaign: Campaign) -> list[str]:
    return list(campaign.items.order_by("pk").values_list("state", flat=True))


def notices() -> list[tuple[int, int, bool]]:
    return list(Notice.objects.order_by("item", "step").values_list("item", "step", "after_term"))


def run(at) -> int:
    return drain(services.tell_next_group, at=at)


def test_a_release_finds_what_it_concerns_by_maker_model_and_version(world):
    old = make_equipment(world.site, maker="inspur", model="K1", name="旧")
    new = make_equipment(world.site, maker="Inspur", model="K1", name="新")
    make_equipment(world.site, maker="Inspur", model="K9")
    make_equipment(world.site, maker="Inspur", model="K1", is_active=False)
    for thing, version in ((old, "5.0"), (new, "5.2")):
        customers.record_configuration(thing, what="固件版本", after=version, actor=None, at=NOON)
    customers.record_configuration(new, what="防火墙版本说明", after="1.0", actor=None, at=NOON)  # speaks of something else
    campaign = make_campaign(world)
    found = {item.equipment.name: item.version_before for item in campaign.items.all()}
    assert found == {"HIS 数据库": "", "旧": "5.0"}


def test_a_release_is_one_campaign_and_takes_in_what_came_later(world):
    campaign = make_campaign(world)
    make_equipment(world.site, maker="Inspur", model="K1")
    assert make_campaign(world) == campaign
    assert campaign.items.count() == 2
    assert services.refresh(campaign, actor=world.manager, at=NOON) == 0
    with pytest.raises(NotYours):
        services.refresh(campaign, actor=world.engineer, at=NOON)


def test_the_assessment_is_owed_to_each_contract_and_met_with_its_last_equipment(world):
    make_equipment(world.site, maker="Inspur", model="K1")
    campaign = make_campaign(world)
    make_campaign(world)  # once, however often it is opened
    owed = Obligation.objects.get(kind="assessment")
    assert owed.contract == world.contract
    assert owed.due_at - NOON >= 14 * DAY  # ten working days
    first, second = campaign.items.order_by("pk")
    services.assess([first], applies=True, actor=world.engineer, at=NOON + DAY)
    owed.refresh_from_db()
    assert owed.status == "owed"
    services.assess([second], applies=False, risk="型号不同", actor=world.engineer, at=NOON + DAY)
    owed.refresh_from_db()
    assert (owed.status, owed.ended_by) == ("done", world.engineer)


def test_customers_are_told_once_and_reminded_in_steps(world):
    make_equipment(world.site, maker="Inspur", model="K1")
    campaign = make_campaign(world)
    services.assess(campaign.items.all(), applies=True, actor=world.engineer, at=NOON)
    assert run(NOON) == 2
    assert run(NOON) == 0
    assert states(campaign) == ["told", "told"]
    mails = Message.objects.filter(kind="campaign_told", channel="email")
    assert [mail.recipient for mail in mails] == [world.supervisor]  # one message for both
    for days in (1, 14, 15, 28, 42, 56, 90):
        run(NOON + days * DAY)
    assert [step for _item, step, _after in notices()] == [0, 1, 2, 3] * 2
    assert mails.all().count() == 4


def test_a_sweep_that_is_three_days_late_leaves_the_same_rows(world):
    campaign = make_campaign(world)
    make_told(world, campaign)
    plan = []
    for late in (0, 3):
        Notice.objects.filter(step__gt=0).delete()
        CampaignItem.objects.update(reminded=0, attend_at=NOON + 14 * DAY)
        for days in (14, 28, 42):
            for _twice in range(2):
                run(NOON + (days + late) * DAY)
        plan.append(list(Notice.objects.order_by("step").values_list("step", "planned_at")))
    assert plan[0] == plan[1]


def test_reminders_go_on_after_the_service_term_and_say_so(world):
    campaign = make_campaign(world)
    make_told(world, campaign)
    world.contract.warranty_months, world.contract.free_service_months = 1, 1
    world.contract.save()
    run(NOON + 14 * DAY)
    assert [after for _item, _step, after in notices()] == [False, True]
    assert Message.objects.filter(kind="campaign_told").latest("pk").context["after_term"] is True


def test_the_customer_agrees_it_is_scheduled_done_and_verified(world):
    campaign = make_campaign(world)
    items = make_told(world, campaign)
    day = (NOON + 10 * DAY).date()
    services.accept(items, actor=world.customer, at=NOON, wanted_on=day, text="夜间")
    assert run(NOON + 30 * DAY) == 0  # who has answered is not reminded
    services.schedule(items, on=day, actor=world.dispatcher, at=NOON)
    item = campaign.items.get()
    assert item.ticket.kind == "request"
    assert item.ticket.equipment == world.equipment
    services.schedule(items, on=day + DAY, actor=world.dispatcher, at=NOON)  # another day, the same request
    assert campaign.items.get().ticket == item.ticket
    services.carry_out(items, actor=world.engineer, at=NOON + 10 * DAY)
    change = ConfigurationChange.objects.get()
    assert (change.after, change.source, change.by) == ("5.2", item.ticket.number, world.engineer)
    assert selectors.versions_of([world.equipment.pk], "K1 固件") == {world.equipment.pk: "5.2"}
    services.verify(items, works=True, actor=world.customer, at=NOON + 11 * DAY)
    assert states(campaign) == ["verified"]
    services.close_campaign(campaign, actor=world.manager, at=NOON + 12 * DAY)
    with pytest.raises(StepNotNow):
        services.refresh(campaign, actor=world.manager, at=NOON + 12 * DAY)


def test_one_request_serves_all_equipment_of_a_site(world):
    make_equipment(world.site, maker="Inspur", model="K1")
    make_equipment(world.other_site, maker="Inspur", model="K1")
    campaign = make_campaign(world)
    items = make_told(world, campaign)
    services.accept(items, actor=world.supervisor, at=NOON)
    services.schedule(items, on=NOON.date(), actor=world.dispatcher, at=NOON)
    assert campaign.items.values("ticket").distinct().count() == 2


def test_after_the_service_term_an_upgrade_is_quoted_and_approved_before_anybody_begins(world):
    uncover(world)
    campaign = make_campaign(world)
    items = make_told(world, campaign)
    services.accept(items, actor=world.supervisor, at=NOON)
    with pytest.raises(NotApproved):  # done without a word about a price
        services.carry_out(items, actor=world.engineer, at=NOON)
    services.schedule(items, on=NOON.date(), actor=world.dispatcher, at=NOON)
    request = campaign.items.get().ticket.service_request
    assert (request.item.code, request.charge, request.approval) == ("upgrade", "quotation", "to_quote")
    tickets.agree_remote(request.ticket, actor=world.supervisor, at=NOON)
    with pytest.raises(NotApproved):
        tickets.start_remote(request.ticket, actor=world.engineer, at=NOON)
    with pytest.raises(NotApproved):
        services.carry_out(items, actor=world.engineer, at=NOON)
    quotation = make_quotation(world, request)
    services.approve(request, actor=world.supervisor, at=NOON, number=quotation.number)
    tickets.start_remote(request.ticket, actor=world.engineer, at=NOON)
    services.carry_out(items, actor=world.engineer, at=NOON + DAY)
    assert states(campaign) == ["done"]


def test_what_is_free_at_a_site_does_not_wait_for_what_costs_there(world):
    uncover(world)
    covered = make_equipment(world.site, maker="Inspur", model="K1")
    make_term(world, equipment=covered)
    campaign = make_campaign(world)
    items = make_told(world, campaign)
    services.accept(items, actor=world.supervisor, at=NOON)
    services.schedule(items, on=NOON.date(), actor=world.dispatcher, at=NOON)
    found = {item.equipment: item.ticket.service_request.approval for item in campaign.items.all()}
    assert found == {world.equipment: "to_quote", covered: "not_needed"}
    services.carry_out(campaign.items.filter(equipment=covered), actor=world.engineer, at=NOON)


def test_what_does_not_run_well_is_scheduled_anew(world):
    campaign = make_campaign(world)
    items = make_told(world, campaign)
    services.accept(items, actor=world.customer, at=NOON)
    services.carry_out(items, actor=world.engineer, at=NOON, version="5.2.1")
    with pytest.raises(Invalid):
        services.verify(items, works=False, actor=world.customer, at=NOON)
    services.verify(items, works=False, actor=world.customer, at=NOON, text="打印不了")
    assert states(campaign) == ["agreed"]


def test_who_declines_says_why_and_may_change_their_mind(world):
    campaign = make_campaign(world)
    items = make_told(world, campaign)
    with pytest.raises(Invalid):
        services.decline(items, actor=world.customer, at=NOON, text="")
    services.decline(items, actor=world.customer, at=NOON, text="明年换机")
    assert states(campaign) == ["declined"]
    services.accept(items, actor=world.customer, at=NOON + DAY)
    assert states(campaign) == ["agreed"]
    assert Message.objects.filter(kind="campaign_answered", recipient=world.engineer).exists()


@pytest.mark.parametrize("person", ["stranger", "customer"])
def test_nobody_answers_for_equipment_they_do_not_see(world, person):
    theirs = make_equipment(world.other_site, maker="Inspur", model="K1")
    campaign = make_campaign(world)
    make_told(world, campaign)
    with pytest.raises(NotYours):
        services.accept(campaign.items.filter(equipment=theirs), actor=getattr(world, person), at=NOON)


def test_customers_see_what_they_were_told_of_and_nothing_else(world):
    campaign = make_campaign(world)
    assert not selectors.campaigns_for(world.supervisor).exists()
    make_told(world, campaign)
    seen = {name: selectors.campaigns_for(getattr(world, name)).count() for name in ("customer", "supervisor", "stranger", "engineer")}
    assert seen == {"customer": 1, "supervisor": 1, "stranger": 0, "engineer": 1}


def test_steps_are_refused_out_of_turn(world):
    campaign = make_campaign(world)
    items = list(campaign.items.all())
    who = {"actor": world.engineer, "at": NOON}
    with pytest.raises(StepNotNow):
        services.accept(items, **who)
    with pytest.raises(StepNotNow):
        services.carry_out(items, **who)
    with pytest.raises(Invalid):
        services.assess([], applies=True, **who)
    with pytest.raises(Invalid):
        services.assess(items, applies=False, **who)
    with pytest.raises(NotYours):
        services.assess(items, applies=True, actor=world.customer, at=NOON)
    with pytest.raises(StepNotNow):
        services.close_campaign(campaign, actor=world.manager, at=NOON)
    assert states(campaign) == ["to_assess"]


def test_closing_ends_the_reminders(world):
    campaign = make_campaign(world)
    make_told(world, campaign)
    services.close_campaign(campaign, actor=world.manager, at=NOON)
    assert run(NOON + 30 * DAY) == 0
    assert not CampaignItem.objects.filter(attend_at__isnull=False).exists()


def test_a_contract_accepted_this_morning_is_owed_its_assessment(world):
    early = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)  # seven in the morning of the next day in Shanghai
    customers.update_contract(world.contract, accepted_on=date(2026, 11, 21), actor=None, at=early)
    make_campaign(world, at=early)
    assert Obligation.objects.filter(kind="assessment", contract=world.contract).count() == 1
