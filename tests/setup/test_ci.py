"""A green run has run everything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest
def test_runs(): pass
@pytest.mark.skip(reason="no browser here")
def test_skips(): pass
@pytest.mark.services
def test_on_services(): pass
@pytest.mark.once
def test_without_a_database(): pass
"""


def outcomes(folder: Path, **env: str) -> str:
    (folder / "test_some.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-p", "tests.conftest"]
    plain = {name: value for name, value in os.environ.items() if name not in {"CI", "DATABASE_URL", "REDIS_URL", "PYTEST_ADDOPTS"}}
    plain = {name: value for name, value in plain.items() if not name.startswith("PYTEST_XDIST")}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-p", "no:django", "-o", "addopts=", "-W", "ignore", str(folder)],
        env={**plain, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "tests.settings", **env},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return done.stdout.strip().splitlines()[-1]


def test_a_skip_is_a_skip_at_a_persons_desk(tmp_path):
    assert outcomes(tmp_path).startswith("2 passed, 1 skipped")


def test_a_skip_is_a_failure_in_ci(tmp_path):
    assert outcomes(tmp_path, CI="true").startswith("2 passed, 1 error")


def test_a_module_that_skips_itself_is_a_failure_in_ci(tmp_path):
    (tmp_path / "test_module.py").write_text('import pytest\n\npytest.importorskip("no_such_module")\n')
    assert outcomes(tmp_path).startswith("2 passed, 2 skipped")
    assert "1 error" in outcomes(tmp_path, CI="true")


def test_the_run_on_services_has_what_the_other_leaves_out(tmp_path):
    there = {"DATABASE_URL": "postgres://postgres@127.0.0.1/x", "REDIS_URL": "redis://127.0.0.1"}
    assert outcomes(tmp_path, **there).startswith("2 passed, 1 skipped")
