"""What the documents say is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from servicedesk.demo import ACCOUNTS, PASSWORD
from tickets.api.views import MOVES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)\)")

pytestmark = pytest.mark.once


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    missing = [link for link in links if not (document.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS[:2], ids=lambda path: path.name)
def test_both_readmes_let_everybody_in(document):
    text = document.read_text()
    for _role, email, _name in ACCOUNTS:
        assert f"| {email} | {PASSWORD} |" in text
    for command in ("make run", "make test"):
        assert command in text


def test_the_readmes_show_two_small_pictures():
    pictures = sorted((ROOT / "docs" / "images").glob("*"))
    assert [path.suffix for path in pictures] == [".png", ".png"]
    for path in pictures:
        assert path.stat().st_size <= 300_000
        with Image.open(path) as picture:
            assert picture.width == 1280
        for document in DOCUMENTS[:2]:
            assert path.relative_to(ROOT).as_posix() in document.read_text()


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    assert not [path.name for path in folder.glob("*.md") if path.name != "README.md" and f"({path.name})" not in index]


def test_the_guide_to_the_interface_names_every_move():
    text = (ROOT / "docs" / "api.md").read_text()
    assert not [name for name in MOVES if f"`{name}`" not in text]
