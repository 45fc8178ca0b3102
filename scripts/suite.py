"""Run the tests on the embedded default, then on PostgreSQL and Redis where both answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from services import found

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("DATABASE_URL", "REDIS_URL")


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    print(f"test | {text}", flush=True)


def run(title: str, env: dict[str, str]) -> bool:
    """Run the whole suite once; answer whether it passed."""
    say(title)
    started = time.monotonic()
    workers = os.environ.get("TEST_WORKERS", "2")
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "worksteal", "--durations=15", *sys.argv[1:]]
    passed = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0
    say(f"{title}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s")
    return passed


def databases(what: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Begin to make or drop what the runs copy their databases from."""
    return subprocess.Popen([sys.executable, "-m", "tests.databases", what], cwd=ROOT, env=env)


def prepare(environments: list[dict[str, str]]) -> None:
    """Carry out the migrations on every kind of database at once."""
    started = time.monotonic()
    for process in [databases("make", env) for env in environments]:
        if process.wait():
            sys.exit("test | the migrations could not be carried out")
    say(f"databases made in {time.monotonic() - started:.0f} s")


def main() -> int:
    """Answer 0 when every run passed and none was left out that CI asks for."""
    embedded = {name: value for name, value in os.environ.items() if name not in SERVICES}
    there = found()
    missing = [name for name in SERVICES if name not in there]
    prepare([embedded] if missing else [embedded, {**embedded, **there}])
    if sys.argv[1:] == ["--prepare"]:
        return 0
    follow = {} if missing else {"TESTS_ON_SERVICES_FOLLOW": "1"}
    results = [run("embedded default: SQLite, no server", {**embedded, **follow})]
    if not missing:
        results.append(run(f"PostgreSQL and Redis: {there['DATABASE_URL']}, {there['REDIS_URL']}", {**embedded, **there}))
    elif os.environ.get("CI") == "true":
        say(f"CI runs everything, but nothing answers for {' and '.join(missing)}")
        results.append(False)
    else:
        say(f"not run on PostgreSQL and Redis: nothing answers for {' and '.join(missing)}")
    if os.environ.get("CI") == "true" and not missing:
        databases("drop", {**embedded, **there}).wait()
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
