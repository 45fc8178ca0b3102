"""Checklists come from data; what changed is a new version, what is wrong is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from core.errors import Invalid
from inspections import services
from inspections.management.commands.load_checklists import SHIPPED
from inspections.models import ChecklistItem, ChecklistTemplate, ChecklistVersion, Section
from tests.inspections.worlds import CHECKLIST
from tests.worlds import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.django_db


def load(data: Any) -> tuple[ChecklistVersion, bool]:
    return services.load_checklist(data, actor=None, at=NOON)


def test_the_shipped_checklists_load_in_both_languages_and_once(capsys: pytest.CaptureFixture[str]):
    call_command("load_checklists")
    call_command("load_checklists")
    assert "quarterly-system v1, unchanged" in capsys.readouterr().out
    assert set(ChecklistTemplate.objects.values_list("code", flat=True)) == {path.stem for path in SHIPPED.glob("*.yaml")}
    assert not ChecklistItem.objects.filter(text_en="").exists()
    assert not ChecklistItem.objects.filter(hint_en="").exclude(hint="").exists()
    sections = ChecklistItem.objects.filter(version__template__code="quarterly-system").values_list("section", flat=True)
    assert set(sections) == set(Section.values), "a system check and a general check"


def test_changed_content_is_a_new_version():
    first, _new = load(CHECKLIST)
    same, is_new = load({**CHECKLIST, "name": "换个名字"})
    assert (same, is_new) == (first, False), "a name is no content"
    assert ChecklistTemplate.objects.get().name == "换个名字"
    second, is_new = load({**CHECKLIST, "items": CHECKLIST["items"][:2]})
    assert (second.number, is_new, second.items.count(), first.items.count()) == (2, True, 2, 4)


@pytest.mark.parametrize(
    ("data", "word", "why"),
    [
        ([], "code", "a list is no checklist"),
        ({**CHECKLIST, "itmes": []}, "itmes", "a mistyped key"),
        ({**CHECKLIST, "name": ""}, "name", "no name"),
        ({**CHECKLIST, "code": None}, "code", "no code"),
        ({**CHECKLIST, "items": []}, "short", "nothing to look at"),
        ({**CHECKLIST, "items": ["磁盘"]}, "1", "an item that is only a word"),
        ({**CHECKLIST, "items": [*CHECKLIST["items"], {"txt": "x"}]}, "5", "an item with a mistyped key"),
        ({**CHECKLIST, "items": [{"text": "x", "required": "yes"}]}, "required", "yes is no truth value here"),
        ({**CHECKLIST, "items": [{"text": "x", "section": "roof"}]}, "roof", "a part there is not"),
        ({**CHECKLIST, "items": [{"text": ""}]}, "1", "an item without words"),
        ({**CHECKLIST, "code": "no spaces"}, "", "a code is a slug"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said_and_nothing_is_kept(data: Mapping[str, Any], word: str, why: str):
    with pytest.raises(Invalid) as refusal:
        load(data)
    assert word in str(refusal.value), why
    assert not ChecklistItem.objects.exists()


def test_the_command_names_the_file(tmp_path: Path):
    for name, text, said in (
        ("broken.yaml", "code: [", "broken.yaml"),
        ("missing.yaml", None, "missing.yaml"),
        ("bad.yaml", "code: x\nname: y", "“x”"),
    ):
        path = tmp_path / name
        if text is not None:
            path.write_text(text)
        with pytest.raises(CommandError, match=said) as refusal:
            call_command("load_checklists", path)
        assert name in str(refusal.value)
