"""A document says what it said when it was issued: hashed, signed once, rendered once, corrected only by a new version."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from pypdf import PdfReader

from accounts.models import Office
from core.errors import DomainError
from documents import pdf, services
from documents.models import Document, Kind, Status
from documents.services import rendering
from tests.documents.worlds import STROKES, make_document, make_sheet
from tests.worlds import NOON, make_world

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def world():
    return make_world()


def text_of(document: Document, language: str) -> tuple[str, PdfReader]:
    made = services.made_file(document, language, at=LATER)
    with made.file.open("rb") as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == made.sha256
    reader = PdfReader(io.BytesIO(content))
    return "".join(page.extract_text() for page in reader.pages), reader


def signed(world, **given) -> Document:
    document = make_document(world)
    facts = {"name": "赵主任", "strokes": STROKES, "seen": document.content_hash, "actor": world.engineer, "at": LATER, **given}
    return services.sign(document, **facts)


def test_the_pdf_carries_letterhead_words_signer_pages_and_embedded_chinese_fonts(world):
    Office.objects.filter(pk=world.office.parent_id).update(letterhead="恒诺系统技术服务有限公司")
    Office.objects.filter(pk=world.office.pk).update(phone="400-800-1234", address="江城市中山路 8 号")
    world.office.refresh_from_db()
    text, reader = text_of(signed(world), "zh-hans")
    for words in (
        "恒诺系统技术服务有限公司",
        "江城市中山路 8 号",
        "服务确认单",
        "VIS-000001-SC",
        "磁盘阵列电池失效",
        '#panic("x")',
        "电池 #1",
        "赵主任",
        "第 1 页 共 1 页",
        "SHA-256",
    ):
        assert words.replace(" ", "") in text.replace(" ", "").replace("\n", ""), words
    fonts = [font.get_object()["/DescendantFonts"][0].get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    assert all("NotoSansSC" in font["/BaseFont"] and "/FontFile2" in font["/FontDescriptor"] for font in fonts)


def test_the_english_pdf_is_english_and_both_are_made_once(world):
    document = signed(world)
    assert "Service confirmation" in text_of(document, "en")[0]
    assert services.render_next_batch(LATER) == 1
    assert services.render_next_batch(LATER) == 0
    first = list(document.files.order_by("pk").values_list("pk", "sha256"))
    assert len(first) == 2
    services.made_file(document, "en", at=LATER + timedelta(days=1))
    assert list(document.files.order_by("pk").values_list("pk", "sha256")) == first


def test_photos_and_the_logo_stand_on_the_paper_and_one_that_is_lost_does_not_stop_it(world):
    picture = io.BytesIO()
    Image.new("RGB", (1600, 900), "#336699").save(picture, "JPEG")
    stored = default_storage.save("visits/photo.jpg", ContentFile(picture.getvalue()))
    broken = default_storage.save("visits/broken.png", ContentFile(_png()[:40] + b"I" * 30))
    head = world.office.parent
    head.logo.save("logo.png", ContentFile(_png()))
    photos = {
        "type": "photos",
        "title": "照片",
        "photos": [{"file": stored, "caption": "机柜"}, {"file": "gone.jpg", "caption": "没有了"}, {"file": broken, "caption": "坏了"}],
    }
    sheets = {language: make_sheet(blocks=[photos]) for language in ("zh-hans", "en")}
    document = make_document(world, sheets=sheets, awaits_signature=False)
    text, reader = text_of(document, "zh-hans")
    assert "机柜" in text
    assert "没有了" not in text
    assert "坏了" not in text
    images = [each for each in reader.pages[0]["/Resources"]["/XObject"].values() if each.get_object()["/Subtype"] == "/Image"]
    assert len(images) == 2


def _png() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (300, 100), (200, 30, 30, 120)).save(made, "PNG")
    return made.getvalue()


def test_the_same_content_makes_the_same_bytes(world):
    document = signed(world)
    one, other = (pdf.render(document.content, "en", proof=rendering.proof_of(document)) for _i in range(2))
    assert one == other


def test_a_signature_names_what_was_seen_and_is_given_once(world):
    document = signed(world)
    assert document.status == Status.SIGNED
    assert document.signature.seen == document.content_hash
    assert document.signature.strokes == STROKES
    with pytest.raises(DomainError) as refusal:
        services.sign(document, name="李四", strokes=STROKES, seen=document.content_hash, actor=world.engineer, at=LATER)
    assert refusal.value.stable_code == "not_awaited"


def test_not_signing_is_recorded_with_its_reason_and_the_paper_says_so(world):
    document = services.refuse(make_document(world), reason="要等领导确认", name="赵主任", actor=world.engineer, at=LATER)
    assert document.status == Status.REFUSED
    assert "要等领导确认" in text_of(document, "zh-hans")[0].replace("\n", "")


REFUSALS = [
    ({"name": "  "}, "name", "nobody signs"),
    ({"seen": "0" * 64}, "", "something else was on the screen"),
    ({"strokes": [[[1, 1]]]}, "strokes", "a dot"),
    ({"strokes": [[[100 + step, 100] for step in range(10)]]}, "strokes", "a slip of the finger"),
    ({"strokes": [[["a", 1]] * 9]}, "strokes", "not numbers"),
    ({"strokes": [[[float("nan"), 1]] * 9]}, "strokes", "not a number"),
    ({"strokes": [[[0, 0], [900, 300]] * 3000]}, "strokes", "far too long"),
    ({"strokes": [5]}, "strokes", "no lines"),
]


@pytest.mark.parametrize(("given", "field", "_why"), REFUSALS, ids=[why for _given, _field, why in REFUSALS])
def test_what_is_no_signature_is_refused_at_its_field_and_nothing_is_stored(world, given, field, _why):
    with pytest.raises(DomainError) as refusal:
        signed(world, **given)
    assert refusal.value.field == field
    assert Document.objects.get().awaits_signature


def test_a_name_may_be_typed_where_nobody_can_draw(world):
    assert "以键入姓名的方式签字" in text_of(signed(world, strokes=[]), "zh-hans")[0].replace("\n", "")


def test_nobody_signs_for_another_customer(world):
    with pytest.raises(DomainError) as refusal:
        signed(world, actor=world.stranger)
    assert refusal.value.stable_code == "not_your_signature"


def test_a_correction_is_a_new_version_that_names_the_old(world):
    first = signed(world)
    facts = {"replaces": first, "awaits_signature": False}
    with pytest.raises(DomainError):
        make_document(world, **facts, reason=" ")
    second = make_document(world, **facts, reason="工时写错")
    assert (second.version, second.full_number) == (2, "VIS-000001-SC-V2")
    assert "更正 VIS-000001-SC：工时写错" in text_of(second, "zh-hans")[0].replace("\n", "")
    assert second.content["corrects"]["hash"] == first.content_hash
    with pytest.raises(DomainError) as refusal:
        make_document(world, **facts, reason="再改一次")
    assert refusal.value.stable_code == "superseded"
    assert [row.version for row in Document.objects.order_by("pk")] == [1, 2]


def test_before_it_is_signed_there_is_no_file_and_what_waits_for_the_signature_goes_on_with_it(world, monkeypatch):
    document, heard = make_document(world, kind=Kind.INSPECTION_REPORT), []
    monkeypatch.setattr(
        "documents.services.signing._listeners", {Kind.INSPECTION_REPORT: [lambda row, **given: heard.append((row.pk, given))]}
    )
    with pytest.raises(DomainError):
        services.made_file(document, "en", at=LATER)
    assert services.render_next_batch(LATER) == 0
    services.sign(document, name="赵主任", strokes=STROKES, seen=document.content_hash, actor=world.customer, at=LATER)
    assert heard == [(document.pk, {"actor": world.customer, "at": LATER})]


def test_a_file_that_cannot_be_made_is_tried_again_and_says_why(world, monkeypatch):
    document = signed(world)
    monkeypatch.setattr(pdf, "render", lambda *_given, **_more: 1 / 0)
    assert services.render_next_batch(LATER) == 1
    document.refresh_from_db()
    assert document.problem == "division by zero"
    assert document.render_at > LATER
    monkeypatch.undo()
    assert services.render_next_batch(document.render_at) == 1
    document.refresh_from_db()
    assert (document.problem, document.render_at, document.files.count()) == ("", None, 2)
