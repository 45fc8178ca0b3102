"""Scripts from data: what is new becomes a version, what is wrong is said in a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from care.errors import ScriptProblem
from care.models import Kind, Script, ScriptVersion
from care.selectors import newest_script
from core.errors import Invalid
from core.record import check, save_by

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

SHIPPED = Path(__file__).resolve().parents[1] / "scripts"
KEYS = frozenset({"code", "kind", "name", "name_en", "greeting", "greeting_en", "questions"})
KINDS = ("yes_no", "choice", "score", "words")
MEANS = ("", "came_back", "satisfied", "finding")
DEFAULTS: dict[str, Any] = {
    "code": "", "kind": "yes_no", "means": "", "text": "", "text_en": "", "hint": "", "hint_en": "", "options": [], "required": True,
}  # fmt: skip
OPTION: dict[str, Any] = {"code": "", "text": "", "text_en": "", "bad": False}


@transaction.atomic
def load_script(data: Any, *, actor: User | None, at: datetime) -> tuple[ScriptVersion, bool]:
    """Make a version of a script from its data; answer it, and whether it is new. The same content makes none."""
    said = _checked(data)
    script = _script(said, actor, at)
    content = {name: said[name] for name in ("greeting", "greeting_en", "questions")}
    checksum = sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    newest = script.versions.order_by("-number").first()
    if newest is not None and newest.checksum == checksum:
        return newest, False
    number = newest.number + 1 if newest else 1
    version = ScriptVersion(script=script, number=number, checksum=checksum, created_at=at, created_by=actor, **content)
    save_by(version, actor, at=at)
    return version, True


def _script(said: Mapping[str, Any], actor: User | None, at: datetime) -> Script:
    script = Script.objects.select_for_update().filter(code=said["code"]).first() or Script(code=said["code"])
    facts = {name: said[name] for name in ("kind", "name", "name_en")}
    if script.pk is None or any(getattr(script, name) != value for name, value in facts.items()):
        for name, value in facts.items():
            setattr(script, name, value)
        try:
            check(script)
        except Invalid as refusal:  # its code or name is too long, or the code is no word
            raise ScriptProblem(str(refusal), field="text") from refusal
        save_by(script, actor, at=at)
    return script


def load_shipped(*, at: datetime) -> list[tuple[ScriptVersion, bool]]:
    """Load the scripts that come with the product."""
    return [load_script(yaml.safe_load(path.read_text(encoding="utf-8")), actor=None, at=at) for path in sorted(SHIPPED.glob("*.yaml"))]


def script_for(kind: str, at: datetime) -> ScriptVersion:
    """Answer the script by which a call of a kind is held now; the shipped ones come by themselves where there is none yet."""
    if found := newest_script(kind):
        return found
    try:
        with transaction.atomic():
            load_shipped(at=at)
    except IntegrityError:  # another worker loads them at this moment
        pass
    found = newest_script(kind)
    assert found is not None
    return found


def _checked(data: Any) -> dict[str, Any]:
    """Answer the script with nothing left out, or say what is wrong and where."""
    if not isinstance(data, Mapping):
        raise ScriptProblem(_("A script is a mapping with code, kind, name and questions."), field="text")
    if unknown := sorted(map(str, data.keys() - KEYS)):
        raise ScriptProblem(_("A script has no “%(keys)s”.") % {"keys": ", ".join(unknown)}, field="text")
    said = {name: str(data.get(name) or "") for name in KEYS - {"questions"}}
    if not said["code"] or not said["name"]:
        raise ScriptProblem(_("A script needs a code and a name."), field="text")
    if said["kind"] not in Kind.values:
        raise ScriptProblem(_("The kind of a script is one of: %(kinds)s.") % {"kinds": ", ".join(Kind.values)}, field="text")
    questions = data.get("questions")
    if not isinstance(questions, list) or not questions:
        raise ScriptProblem(_("A script needs at least one question."), field="text")
    full = [_question(question, place) for place, question in enumerate(questions, 1)]
    if len({question["code"] for question in full}) < len(full):
        raise ScriptProblem(_("Two questions have the same code."), field="text")
    return {**said, "questions": full}


def _option(data: Mapping[str, Any]) -> dict[str, Any]:
    words = {name: str(data.get(name, "")) for name in OPTION if name != "bad"}
    return {**words, "bad": bool(data.get("bad"))}


def _question(data: Any, place: int) -> dict[str, Any]:
    where = _("Question %(place)s") % {"place": place}
    if not isinstance(data, Mapping) or not data.get("code") or not data.get("text"):
        raise ScriptProblem(_("%(where)s needs a code and a text.") % {"where": where}, field="text")
    if unknown := sorted(map(str, data.keys() - DEFAULTS.keys())):
        raise ScriptProblem(_("%(where)s has no “%(keys)s”.") % {"where": where, "keys": ", ".join(unknown)}, field="text")
    said = {**DEFAULTS, **data}
    said |= {name: str(said[name]) for name, usual in DEFAULTS.items() if isinstance(usual, str)}  # YAML reads 1 and yes as no words
    if said["kind"] not in KINDS or said["means"] not in MEANS:
        known = ", ".join((*KINDS, *filter(None, MEANS)))
        raise ScriptProblem(_("%(where)s: kind and means are among %(known)s.") % {"where": where, "known": known}, field="text")
    options = said["options"] if isinstance(said["options"], list) else []
    said["options"] = [_option(option) for option in options if isinstance(option, Mapping)]
    codes = {option["code"] for option in said["options"] if option["code"] and option["text"]}
    if said["kind"] == "choice" and (len(codes) < 2 or len(codes) < len(said["options"])):  # noqa: PLR2004 - a choice is between two
        raise ScriptProblem(
            _("%(where)s needs two options or more, each with a code of its own and a text.") % {"where": where}, field="text"
        )
    return said
