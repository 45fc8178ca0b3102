"""Real workers on PostgreSQL: one killed in the middle of an import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.time import now
from tests.processes import ROOT, environment, until
from tests.transfer.worlds import begin
from tests.worlds import make_promising_world
from tickets.models import Event, Ticket
from transfer import services
from transfer.models import DataImport
from transfer.services import working

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

ROWS = 120
HEAD = "工单号,标题,客户名称,站点,状态,创建时间,关闭时间\n"
TABLE = HEAD + "".join(f"K-{row},挂号系统打不开 {row},江城第一人民医院,,已关闭,2025/03/01 08:30,2025/03/02 10:00\n" for row in range(ROWS))
WORK = """
import django
django.setup()
from core.time import now
from transfer.services import taking, work_next
taking.BATCH["ticket"] = 1
work_next(now)
"""


def test_a_process_killed_in_the_middle_of_an_import_leaves_nothing_half_and_nothing_twice(transactional_db):
    world = make_promising_world()
    row = services.check(begin(world.manager, "t.csv", TABLE), actor=world.manager, at=now())
    services.work_next(now)
    services.run(DataImport.objects.get(pk=row.pk), actor=world.manager, at=now())
    with subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT, env=environment()) as process:
        until(lambda: DataImport.objects.get(pk=row.pk).done >= 10, seconds=60)
        process.kill()
        process.wait(30)
    row = DataImport.objects.get(pk=row.pk)
    assert (row.state, 10 <= row.done < ROWS) == ("running", True)
    assert Ticket.objects.count() == row.done, "a row is in together with how far it came"
    assert row.claimed_until is not None
    assert services.work_next(lambda: row.claimed_until - working.LEASE / 2) == 0, "it is still held"
    services.work_next(lambda: row.claimed_until)
    row = DataImport.objects.get(pk=row.pk)
    assert (row.state, row.counts["ticket"]) == ("done", {"created": ROWS})
    assert set(Ticket.objects.values_list("external_id", flat=True)) == {f"K-{number}" for number in range(ROWS)}
    assert Ticket.objects.count() == ROWS
    assert set(Ticket.objects.values_list("event_count", flat=True)) == {Event.objects.count() // ROWS}
