"""What a person reads is found, translated and compiled without the gettext tools."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    """A project of two apps, one of them with a page."""
    for app in ("core", "shop"):
        (tmp_path / app).mkdir()
        (tmp_path / app / "apps.py").write_text("")
    (tmp_path / "templates" / "shop").mkdir(parents=True)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "messages.py", tmp_path / "scripts")
    (tmp_path / "shop" / "models.py").write_text('from x import gettext_lazy as _\nclass A:\n    name = _("Price of %(thing)s")\n')
    (tmp_path / "templates" / "shop" / "page.html").write_text(
        "<p>\n  {% translate \"Buy\" %}</p> <b title=\"{% translate 'Cart' context 'noun' %}\">\n"
        "    {% blocktranslate trimmed count n=n %}\n one {{ n }} thing\n {% plural %} {{ n }} things {% endblocktranslate %}\n"
    )
    (tmp_path / "templates" / "base.html").write_text('{{ _("Home")|upper }} {% url "x" as y %}')
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(project / "scripts" / "messages.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def po(project: Path, app: str) -> Path:
    return project / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def translate(project: Path, app: str, words: dict[str, str]) -> None:
    text = po(project, app).read_text()
    for english, chinese in words.items():
        for empty in ('msgstr ""', 'msgstr[0] ""'):
            text = text.replace(f'"{english}"\n{empty}', f'"{english}"\n{empty[:-1]}{chinese}"')
    po(project, app).write_text(text)


SHOP = {"Price of %(thing)s": "%(thing)s 的价格", "Buy": "购买", "Cart": "购物车", "%(n)s things": "%(n)s 件"}


def test_strings_go_to_the_app_whose_code_or_page_holds_them(project):
    assert run(project).returncode == 0
    shop = po(project, "shop").read_text()
    for found in ('msgid "Price of %(thing)s"', 'msgid "Buy"', 'msgctxt "noun"', 'msgid_plural "%(n)s things"'):
        assert found in shop
    assert 'msgid "Home"' in po(project, "core").read_text()
    assert "Home" not in shop


def test_an_untranslated_string_fails_with_where_it_stands(project):
    run(project)
    checked = run(project, "--check")
    assert checked.returncode == 1
    assert "core: untranslated: 'Home' (templates/base.html)" in checked.stdout


def test_a_string_not_yet_extracted_fails(project):
    assert "core: not in the catalogue: 'Home' (templates/base.html)" in run(project, "--check").stdout


def test_complete_is_complete_and_compiled(project):
    run(project)
    translate(project, "shop", SHOP)
    translate(project, "core", {"Home": "首页"})
    checked = run(project, "--check")
    assert checked.returncode == 0, checked.stdout
    run(project, "--compile")
    assert "首页".encode() in po(project, "core").with_suffix(".mo").read_bytes()


def test_a_translation_that_loses_a_placeholder_fails(project):
    run(project)
    translate(project, "shop", {**SHOP, "Price of %(thing)s": "价格"})
    translate(project, "core", {"Home": "首页"})
    assert "not in both languages: %(thing)s" in run(project, "--check").stdout


def test_a_translation_is_kept_while_its_string_is_away(project):
    run(project)
    translate(project, "core", {"Home": "首页"})
    page = project / "templates" / "base.html"
    text = page.read_text()
    page.write_text("nothing")
    run(project)
    assert '#~ msgid "Home"' in po(project, "core").read_text()
    page.write_text(text)
    run(project)
    assert 'msgid "Home"\nmsgstr "首页"' in po(project, "core").read_text()


def test_running_twice_changes_nothing(project):
    run(project)
    first = po(project, "shop").read_bytes()
    assert "written" not in run(project).stdout
    assert po(project, "shop").read_bytes() == first
