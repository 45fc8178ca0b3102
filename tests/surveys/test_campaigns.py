"""A campaign reaches everybody its filter chooses, once, in batches."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from accounts.models import Role
from core.errors import DomainError
from core.queue import drain
from core.time import now
from notifications.models import Channel, Message
from surveys import selectors, services
from surveys.models import LeftOut, SurveyCampaign, SurveyInvitation
from tests.races import at_once
from tests.surveys.worlds import make_version
from tests.worlds import NOON, make_contract, make_customer, make_organization, make_promising_world

if TYPE_CHECKING:
    from django.test import Client

    from surveys.models import SurveyVersion
    from tests.worlds import World

DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


@pytest.fixture
def version(world: World) -> SurveyVersion:
    return make_version(world, "news")


def campaign(world: World, version: SurveyVersion, **facts: Any) -> SurveyCampaign:
    given = {"name": "年度调查", "template": version.template, "cap_days": 0, "remind_times": 0, **facts}
    return services.save_campaign(None, actor=world.manager, at=NOON, **given)


def send(row: SurveyCampaign, world: World, at: Any = NOON, limit: int = 100) -> SurveyCampaign:
    services.start_campaign(row, actor=world.manager, at=at)
    drain(services.send_next_batch, at=at, limit=limit)
    row.refresh_from_db()
    return row


def people(row: SurveyCampaign) -> set[int]:
    return set(selectors.campaign_people(row, NOON.date()).values_list("pk", flat=True))


def test_the_filter_chooses_people(world: World, version: SurveyVersion):
    other = make_contract(make_organization())
    theirs = make_customer(other.organization, role=Role.SUPERVISOR)
    make_customer(make_organization())  # no contract in force
    own = {world.customer.pk, world.supervisor.pk}
    assert people(campaign(world, version)) >= own | {theirs.pk}
    assert people(campaign(world, version, organizations=[world.organization])) == own
    assert people(campaign(world, version, contracts=[other])) == {theirs.pk}
    assert people(campaign(world, version, organizations=[world.organization], supervisors_only=True)) == {world.supervisor.pk}
    assert world.supervisor.pk in people(campaign(world, version, office=world.office))
    assert theirs.pk not in people(campaign(world, version, office=world.office)), "no site of theirs is served there"
    world.customer.is_active = False
    world.customer.save()
    assert people(campaign(world, version, organizations=[world.organization])) == {world.supervisor.pk}


def test_everybody_is_asked_once_in_batches_with_progress(world: World, version: SurveyVersion):
    for _each in range(5):
        make_customer(world.organization)
    row = campaign(world, version, organizations=[world.organization])
    services.start_campaign(row, actor=world.manager, at=NOON)
    assert services.send_next_batch(NOON, limit=3) == 3
    row.refresh_from_db()
    assert (row.state, row.reached, row.total, row.percent) == ("sending", 3, 7, 42)
    drain(services.send_next_batch, at=NOON + DAY, limit=3)
    row.refresh_from_db()
    assert (row.state, row.reached, row.ended_at) == ("sent", 7, NOON + DAY)
    assert SurveyInvitation.objects.filter(campaign=row).count() == 7
    assert Message.objects.filter(kind="survey_invited", channel=Channel.EMAIL).count() == 7
    assert drain(services.send_next_batch, at=NOON + 2 * DAY) == 0


def test_the_cap_and_the_sample_leave_out_as_the_preview_says(world: World, version: SurveyVersion):
    send(campaign(world, version, organizations=[world.organization], supervisors_only=True), world)
    second = campaign(world, version, organizations=[world.organization], cap_days=14, name="第二次")
    foreseen = dict(services.foreseen(second, list(selectors.campaign_people(second, NOON.date())), at=NOON + DAY))
    assert foreseen == {world.supervisor: str(LeftOut.CAP.label), world.customer: ""}
    send(second, world, NOON + DAY)
    rows = {row.recipient: row.left_out for row in SurveyInvitation.objects.filter(campaign=second)}
    assert rows == {world.supervisor: LeftOut.CAP, world.customer: ""}
    third = campaign(world, version, organizations=[world.organization], share=1, name="抽样")
    foreseen = dict(services.foreseen(third, [world.customer], at=NOON))
    send(third, world)
    left_out = SurveyInvitation.objects.get(campaign=third, recipient=world.customer).left_out
    assert bool(foreseen[world.customer]) is bool(left_out)


def test_what_is_stopped_goes_on_where_it_was(world: World, version: SurveyVersion):
    row = campaign(world, version, organizations=[world.organization])
    services.start_campaign(row, actor=world.manager, at=NOON)
    services.send_next_batch(NOON, limit=1)
    services.stop_campaign(row, actor=world.manager, at=NOON)
    assert services.send_next_batch(NOON) == 0
    send(row, world, NOON + DAY)
    assert SurveyInvitation.objects.filter(campaign=row).count() == 2


def test_a_campaign_is_not_begun_twice_changed_or_sent_to_nobody(world: World, version: SurveyVersion):
    row = send(campaign(world, version, organizations=[world.organization]), world)
    for act in (
        lambda: services.start_campaign(row, actor=world.manager, at=NOON),
        lambda: services.save_campaign(row, actor=world.manager, at=NOON, name="x"),
        lambda: services.stop_campaign(row, actor=world.manager, at=NOON),
        lambda: services.start_campaign(campaign(world, version, organizations=[make_organization()]), actor=world.manager, at=NOON),
        lambda: services.save_campaign(None, actor=world.dispatcher, at=NOON, name="x", template=version.template),
    ):
        with pytest.raises(DomainError):
            act()


@pytest.mark.once
def test_a_manager_sees_who_is_chosen_before_anything_is_sent(client: Client, world: World, version: SurveyVersion):
    client.force_login(world.manager)
    terms = {"share": 100, "cap_days": 0, "remind_after_days": 7, "remind_times": 1, "valid_days": 30}
    made = client.post(
        "/surveys/campaigns/new/", {"name": "产品调查", "template": version.template.pk, "organizations": [world.organization.pk], **terms}
    )
    assert made.status_code == 302, made.content.decode()
    address = made.headers["Location"]
    page = client.get(address).content.decode()
    assert world.supervisor.name in page
    assert not SurveyInvitation.objects.exists()
    assert client.get(f"{address}edit/").status_code == 200
    assert client.post(f"{address}start/").status_code == 302
    assert client.post(f"{address}burn/").status_code == 404
    drain(services.send_next_batch, at=now())
    page = client.get(address).content.decode()
    assert "2 / 2" in page
    assert "产品调查" in client.get("/surveys/campaigns/").content.decode()
    assert client.get("/surveys/left-out/?campaign=9").status_code == 200


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_send_a_campaign_once():
    world = make_promising_world()
    version = make_version(world, "race")
    for _each in range(10):
        make_customer(world.organization)
    row = campaign(world, version, organizations=[world.organization])
    services.start_campaign(row, actor=world.manager, at=NOON)
    outcomes = at_once(4, lambda: drain(services.send_next_batch, at=NOON, limit=2))
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    drain(services.send_next_batch, at=NOON)
    assert SurveyInvitation.objects.filter(campaign=row).count() == 12
    row.refresh_from_db()
    assert (row.state, row.reached) == ("sent", 12)
