"""What hangs on customers, made through the services."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from customers import services as customers
from tests.worlds import NOON

if TYPE_CHECKING:
    from tests.worlds import World


def make_period(world: World) -> int:
    """Announce days of heightened service with somebody on duty; enter a downtime and a change of configuration as well."""
    times = {"starts_at": NOON, "ends_at": NOON + timedelta(days=1)}
    facts = {"name": "重保", "organizations": [world.organization], "targets": {"response": "15min"}, **times}
    period = customers.save_period(None, **facts, actor=world.manager, at=NOON)
    customers.put_on_duty(period, person=world.engineer, phone="1", **times, actor=world.manager, at=NOON)
    customers.announce_period(period, actor=world.manager, at=NOON)
    customers.take_down(world.equipment, reason="搬迁", **times, actor=world.engineer, at=NOON)
    customers.record_configuration(world.equipment, what="内存", before="64 GB", after="128 GB", actor=world.engineer, at=NOON)
    return period.pk
