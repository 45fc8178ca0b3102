"""What is delivered on a ticket becomes a paper of its own, in both languages, chained to the record it was written from."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from documents.models import Document, Kind
from tests.documents.test_documents import text_of
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import services
from tickets.services.papers import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_promising_world()


def after(**given):
    return NOON + timedelta(**given)


def papers(ticket) -> list[tuple[str, int]]:
    return list(Document.objects.filter(about=about(ticket)).order_by("pk").values_list("kind", "version"))


def test_diagnosis_and_fault_report_are_issued_with_what_was_said_and_promised(world, client):
    ticket = make_ticket(world)
    services.contact(ticket, actor=world.engineer, at=after(minutes=5), text="已联系")
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(picture, "PNG")
    services.diagnose(
        ticket, actor=world.engineer, at=after(hours=1), cause="RAID 卡电池失效", plan="更换电池", risk="重启 5 分钟",
        files=[SimpleUploadedFile("机柜.png", picture.getvalue())],
    )  # fmt: skip
    services.resolve(ticket, actor=world.engineer, at=after(hours=2), cause="RAID 卡电池失效", solution="已更换", prevention="每季检查")
    assert papers(ticket) == [(Kind.DIAGNOSIS, 1), (Kind.FAULT_REPORT, 1)]
    first, second = Document.objects.filter(about=about(ticket)).order_by("pk")
    assert first.content["sheets"]["zh-hans"]["blocks"][-1]["photos"][0]["caption"] == "机柜.png"
    assert second.content["record"]["of"] == ticket.number
    ticket.refresh_from_db()
    assert second.content["record"]["head"] == ticket.head_hash
    words = text_of(second, "zh-hans")[0].replace("\n", "")
    for word in (ticket.number, "故障处理报告", "江城第一人民医院", "HIS 数据库", "每季检查", "响应", "达成"):
        assert word in words, word
    assert "Prevention" in text_of(second, "en")[0]
    for person in (world.engineer, world.customer):
        client.force_login(person)
        assert f"{ticket.number}-FR" in client.get(ticket.get_absolute_url()).content.decode()


def test_a_diagnosis_after_a_rejection_is_a_new_version_that_says_why(world):
    ticket = make_ticket(world)
    services.diagnose(ticket, actor=world.engineer, at=after(hours=1), cause="内存", plan="更换内存")
    services.reject_diagnosis(ticket, actor=world.customer, at=after(hours=2), reason="内存上月刚换")
    services.diagnose(ticket, actor=world.engineer, at=after(hours=3), cause="主板", plan="更换主板")
    assert papers(ticket) == [(Kind.DIAGNOSIS, 1), (Kind.DIAGNOSIS, 2)]
    assert Document.objects.get(version=2).reason == "内存上月刚换"


def test_what_is_no_fault_has_no_fault_report(world):
    ticket = make_ticket(world, kind="consultation")
    services.resolve(ticket, actor=world.engineer, at=after(hours=2), cause="咨询", solution="已答复")
    assert papers(ticket) == []
