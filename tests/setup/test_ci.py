"""A green run has run everything."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import redis

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest
pytestmark = pytest.mark.django_db
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


@pytest.mark.once
def test_a_skip_is_a_skip_at_a_persons_desk(tmp_path):
    assert outcomes(tmp_path).startswith("2 passed, 1 skipped")


@pytest.mark.once
def test_a_skip_is_a_failure_in_ci(tmp_path):
    assert outcomes(tmp_path, CI="true").startswith("2 passed, 1 error")


@pytest.mark.once
def test_a_module_that_skips_itself_is_a_failure_in_ci(tmp_path):
    (tmp_path / "test_module.py").write_text('import pytest\n\npytest.importorskip("no_such_module")\n')
    assert outcomes(tmp_path).startswith("2 passed, 2 skipped")
    assert "1 error" in outcomes(tmp_path, CI="true")


@pytest.mark.once
def test_the_run_on_services_has_what_the_other_leaves_out(tmp_path):
    there = {"DATABASE_URL": "postgres://postgres@127.0.0.1/x", "REDIS_URL": "redis://127.0.0.1"}
    assert outcomes(tmp_path, **there).startswith("2 passed, 1 skipped")


def services(do: str, folder: str) -> str:
    """Ask for services of one's own in a folder; PostgreSQL is there, a Redis is not."""
    env = {**os.environ, "TMPDIR": folder, "REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, str(ROOT / "scripts" / "services.py"), do]
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    return next((shlex.split(line)[1].split("=", 1)[1] for line in told.splitlines() if "REDIS_URL" in line), "")


def answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.mark.services
def test_what_an_interrupted_run_left_is_cleared_by_the_next():
    with tempfile.TemporaryDirectory() as folder:
        first = services("start", folder)
        (left,) = Path(folder).iterdir()
        (left / "postgres").mkdir()  # killed before it could remove its cluster
        try:
            assert answers(first)
            second = services("start", folder)
            assert (answers(first), answers(second)) == (False, True)
            assert not (left / "postgres").exists()
        finally:
            services("stop", folder)
        assert not answers(second)
        assert not left.exists()
