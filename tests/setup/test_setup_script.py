"""What ``make setup`` says and skips."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def script(tmp_path, monkeypatch) -> Any:
    """The script, as if it stood in another project."""
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / "scripts" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return module


def test_an_old_python_is_named(script, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed, .* is 3\.10\.4"):
        script.check_machine()


def test_a_debian_without_venv_is_told_the_package(script, monkeypatch):
    monkeypatch.setattr(script.shutil, "which", lambda _name: None)
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        script.check_machine()


def test_a_step_is_done_again_only_when_what_it_is_made_from_changed(script, tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("one")
    stamp = script.Stamp(tmp_path / "made" / ".stamp", [lock])
    assert not stamp.holds()
    stamp.set()
    assert script.Stamp(stamp.path, [lock]).holds()
    lock.write_text("two")
    assert not script.Stamp(stamp.path, [lock]).holds()


@pytest.mark.parametrize(
    ("there", "dev", "installs"),
    [
        ([], False, ["base"]),
        ([], True, ["dev"]),
        (["base"], False, []),
        (["base"], True, ["dev"]),  # the first `make test` after `make run`
        (["dev"], True, []),
        (["dev"], False, []),  # the development set contains the product's
    ],
)
def test_only_what_is_missing_is_installed(script, tmp_path, monkeypatch, there, dev, installs):
    (tmp_path / "requirements").mkdir()
    for name in ("base", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(name)
    if there:
        script.PYTHON.parent.mkdir(parents=True)
        script.PYTHON.touch()
    for name in there:
        script.Stamp(script.VENV / f".{name}.stamp", [tmp_path / "requirements" / f"{name}.txt"]).set()
    done: list[str] = []
    monkeypatch.setattr(script, "install", done.append)
    monkeypatch.setattr(script, "make_environment", lambda: script.VENV.mkdir(exist_ok=True))
    script.python_packages(dev=dev)
    assert done == installs


def test_a_step_that_fails_is_named_without_a_traceback(script):
    with pytest.raises(SystemExit, match=r"this step failed \(exit 3\)"):
        script.run(sys.executable, "-c", "raise SystemExit(3)")
