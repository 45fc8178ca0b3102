"""The report as PDF and as workbook: what stands in them is read back."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from documents.errors import NoFonts
from documents.pdf import _fonts
from reports import pdf
from tests.reports.worlds import make_october, make_report

if TYPE_CHECKING:
    from django.test import Client

    from reports.models import MonthlyReport
    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SUBJECT = "#let x = [1] $y$ = 负载过高"


@pytest.fixture
def world() -> World:
    return make_october()


@pytest.fixture
def report(world: World) -> MonthlyReport:
    return make_report(world)


def made(report: MonthlyReport, language: str, *, for_staff: bool = False) -> bytes:
    with translation.override(language):
        return pdf.render(report, for_staff=for_staff)


def text_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_the_pdf_reads_as_chinese_with_page_numbers_and_embedded_fonts(world, report):
    content = made(report, "zh-hans")
    pages = text_of(content)
    for word in ("服务履约月报 2026-10", world.organization.name, world.contract.number, "各条款承诺达成情况", "未达成的承诺", "响应"):
        assert word in "".join(pages), word
    for place, page in enumerate(pages, start=1):
        assert f"第 {place} 页 共 {len(pages)} 页" in page
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all("NotoSansSC" in font["/BaseFont"] and "/FontFile2" in font["/FontDescriptor"] for font in fonts)


def test_the_pdf_reads_as_english(report):
    pages = text_of(made(report, "en"))
    assert "Monthly service report 2026-10" in pages[0]
    assert f"Page 1 of {len(pages)}" in pages[0]
    assert "Missed promises" in "".join(pages)


def test_what_a_customer_typed_is_shown_and_never_run(report):
    for language in ("zh-hans", "en"):
        assert SUBJECT.replace(" ", "") in "".join(text_of(made(report, language))).replace(" ", "").replace("\n", "")


def test_markup_in_every_word_from_outside_is_only_a_word(report):
    words = '#panic("x") $ [ ] * _ ` \\ @a <b> // /* "'
    report.figures["head"] |= {"customer": words, "contract": words, "contract_name": words, "phone": words}
    report.reason = words
    text = "".join(text_of(made(report, "en"))).replace("\n", " ")
    assert text.count('#panic("x")') >= 3


def test_the_same_figures_make_the_same_bytes(report):
    assert made(report, "zh-hans") == made(report, "zh-hans")
    assert made(report, "zh-hans") != made(report, "en")


def test_people_of_ours_are_named_to_our_people_only(world, report):
    for language in ("zh-hans", "en"):
        theirs, ours = ("".join(text_of(made(report, language, for_staff=staff))).replace("\n", "") for staff in (False, True))
        assert world.manager.name not in theirs
        assert world.manager.name in ours


def test_a_long_month_goes_over_pages_with_the_heads_repeated(report):
    report.figures["missed"] = report.figures["missed"] * 40
    pages = text_of(made(report, "en"))
    assert len(pages) > 5
    assert sum("Late by" in page for page in pages) >= len(pages) - 2


def test_without_the_fonts_it_says_what_to_do(report, settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    _fonts.cache_clear()
    try:
        with pytest.raises(NoFonts, match="make setup"):
            made(report, "en")
    finally:
        _fonts.cache_clear()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "各条款承诺达成情况"), ("en", "Promises, clause by clause")])
def test_the_workbook_holds_every_table_and_no_formula(client: Client, world, report, language, word):
    report.figures["missed"][0]["subject"] = "=1+1"
    report.save()
    client.force_login(world.manager)
    answer = client.get(reverse("reports:file", args=[report.pk, "xlsx"]), {"lang": language})
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    sheets = [book.read(name).decode() for name in sorted(book.namelist()) if name.startswith("xl/worksheets/")]
    strings = book.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in book.namelist() else ""
    everything = "".join([*sheets, strings, book.read("xl/workbook.xml").decode()])
    assert len(sheets) == 6
    assert word in everything
    assert "'=1+1" in everything.replace("&apos;", "'").replace("&#39;", "'")
    assert "<f>" not in everything
    assert "(('" not in everything


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_file_is_sent_in_the_language_that_is_asked_for(client: Client, world, report, language):
    client.force_login(world.supervisor)
    answer = client.get(reverse("reports:file", args=[report.pk, "pdf"]), {"lang": language})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"{world.contract.number}-202610.pdf" in answer.headers["Content-Disposition"]
    kept = report.document.files.get(language=language)
    with kept.file.open("rb") as file:
        assert answer.content == file.read()
    text = "".join(text_of(answer.content))
    assert report.document.content_hash in text.replace("\n", "")
    assert world.manager.name not in text
