"""The description holds to the rules of its kind, and shows what is sent and answered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from integrations import kinds
from servicedesk.described import webhooks
from servicedesk.described.examples import read
from servicedesk.described.groups import GROUPS
from tests.interface.recording import recorded, write
from tests.processes import ROOT
from tests.test_openapi import DESCRIBED, OPERATIONS
from tests.worlds import make_promising_world
from tickets.api.views import MOVES
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.once
SPECTRAL = ROOT / "checks" / "node_modules" / ".bin" / "spectral"
RULES = ROOT / "checks" / "spectral.yaml"


def node() -> dict[str, str]:
    """The environment in which node is found: the machine's, or the one that set-up fetched."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert shutil.which("node", path=path), "node is missing: make setup-dev"
    return {**os.environ, "PATH": path}


def broken() -> dict[str, Any]:
    """The description of one address, with one rule of each kind broken."""
    tickets = deepcopy(DESCRIBED["paths"]["/api/v1/tickets/"])
    tickets["get"]["operationId"] = "listTickets"
    del tickets["get"]["responses"]["429"]
    del tickets["post"]["parameters"]
    return {**DESCRIBED, "paths": {"/api/v1/tickets/": tickets}, "tags": [], "webhooks": {}}


def test_the_description_is_clean_and_the_check_sees_what_would_not_be(tmp_path):
    for name, described in (("clean", DESCRIBED), ("broken", broken())):
        (tmp_path / f"{name}.json").write_text(json.dumps(described))
    command = [SPECTRAL, "lint", *sorted(tmp_path.glob("*.json")), "--ruleset", RULES, "--format", "json", "--quiet"]
    done = subprocess.run(command, env=node(), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1, done.stderr
    found = [(Path(row["source"]).stem, row["code"], row["message"], "/".join(map(str, row["path"]))) for row in json.loads(done.stdout)]
    assert not [row for row in found if row[0] == "clean"]
    assert {code for _name, code, *_more in found} >= {"desk-operation-name", "desk-refusals", "operation-tag-defined"}


def test_every_group_is_described():
    used = {tag for method, path in OPERATIONS for tag in DESCRIBED["paths"][path][method]["tags"]}
    assert used == set(GROUPS)


def test_names_of_operations_are_each_ones_own():
    names = [DESCRIBED["paths"][path][method]["operationId"] for method, path in OPERATIONS]
    assert len(set(names)) == len(names)


# --- Examples -----------------------------------------------------------------------------------


def shown(content: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield each example beside the schema it is to hold to."""
    for media in content.values():
        for example in media.get("examples", {}).values():
            name = example.get("$ref", "").rpartition("/")[2]
            yield (DESCRIBED["components"]["examples"][name] if name else example)["value"], media["schema"]


def all_shown() -> Iterator[tuple[str, Any, Any]]:
    """Yield every example of the description, and where it stands."""
    hooks = [operation for methods in DESCRIBED["webhooks"].values() for operation in methods.values()]
    for operation in [DESCRIBED["paths"][path][method] for method, path in OPERATIONS] + hooks:
        for content in [operation.get("requestBody", {}), *operation["responses"].values()]:
            yield from ((operation["operationId"], *row) for row in shown(content.get("content", {})))
    for name, answer in DESCRIBED["components"]["responses"].items():
        yield from ((name, *row) for row in shown(answer.get("content", {})))


def test_every_example_holds_to_its_schema():
    checkers: dict[str, Draft202012Validator] = {}
    wrong = []
    for name, value, schema in all_shown():
        checker = checkers.setdefault(
            json.dumps(schema, sort_keys=True),
            Draft202012Validator({**schema, "components": DESCRIBED["components"]}, format_checker=FormatChecker()),
        )
        wrong += [(name, error.json_path, error.message) for error in checker.iter_errors(value)]
    assert not wrong
    assert len({name for name, *_more in all_shown()}) > 150


def test_what_is_sent_is_shown_where_there_is_much_to_say():
    asked = read("asked")
    names = {DESCRIBED["paths"][path][method]["operationId"] for method, path in OPERATIONS}
    assert set(asked) <= names, "an example of no operation"
    with_words = {f"tickets_{name.replace('-', '_')}" for name, (_service, accepts, _summary) in MOVES.items() if accepts().fields}
    assert with_words <= set(asked)


@pytest.mark.parametrize("name", [name for name in MOVES if name != "assign"])  # its words are ids of people who are there
def test_what_is_shown_of_a_move_is_taken(name):
    shown = read("asked").get(f"tickets_{name.replace('-', '_')}", {})
    taken = MOVES[name][1](data=shown)
    assert taken.is_valid(), taken.errors


@pytest.mark.django_db
def test_what_is_answered_is_shown_of_all_that_is_read():
    """With `WRITE_EXAMPLES=1` they are recorded (`make examples`)."""
    found = recorded(make_promising_world())
    if os.environ.get("WRITE_EXAMPLES"):
        write(found)
    shown = read("answered")
    assert set(shown) == set(found), "make examples, then make openapi"
    for name, said in found.items():
        assert _names(shown[name]) == _names(said), f"{name}: make examples, then make openapi"


def _names(said: Any) -> Any:
    return sorted(said) if isinstance(said, dict) else isinstance(said, list)


# --- Messages of webhooks -----------------------------------------------------------------------


def test_every_event_type_is_described_with_a_thin_and_a_full_message():
    told = {kinds.named(line) for line in Event.Type.values} | {kinds.TEST}
    assert set(DESCRIBED["webhooks"]) == told
    schema = {"$ref": "#/components/schemas/WebhookMessage", "components": DESCRIBED["components"]}
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    for line in Event.Type.values:
        thin, full = webhooks.sample(line), webhooks.sample(line, in_full=True)
        for message in (thin, full):
            checker.validate(message)
            assert message["type"] == kinds.named(line)
        assert set(full["data"]) - set(thin["data"]) == {"ticket", "event"}
