"""The databases of tests: all migrations are carried out once, and every test process starts with a copy.

Carrying out the migrations takes longer than most test modules; each process of each run would do it again.
``python -m tests.databases make`` makes the copy's original for the database of this environment, if it is not there;
``drop`` takes away what the server keeps of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.color import no_style

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "tests"
AT_ONCE = 100
"""Parts of one compound SELECT: SQLite takes 500."""


def made_from() -> dict[str, str]:
    """Answer what an original is made from, file by file: all migrations, of our apps and of the packages that bring their own."""
    paths = [Path(__file__).resolve(), *sorted(ROOT.glob("*/migrations/*.py")), *sorted(ROOT.glob("requirements/*.txt"))]
    return {path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def key() -> str:
    """Answer a name for all migrations as they are now."""
    return hashlib.sha256(json.dumps(made_from()).encode()).hexdigest()[:12]


def on_server() -> str:
    """Answer the name of the original on a PostgreSQL server: one for each checkout and state of its migrations."""
    return f"{_prefix()}{key()}"


def _prefix() -> str:
    return f"desk_original_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}_"


def in_file() -> Path:
    """Answer where the original for SQLite is."""
    return BUILD / f"{key()}.sqlite3"


def ensure(env: dict[str, str] | None = None) -> None:
    """Make the original for this environment's database in a process of its own, if it is not there."""
    subprocess.run([sys.executable, "-m", "tests.databases", "make"], cwd=ROOT, env=env, check=True)


def filled(connection: Any) -> None:
    """Let this SQLite connection's test database start as a copy of the original, if there is one."""
    creation, made = connection.creation, connection.creation._create_test_db
    if connection.vendor != "sqlite" or not in_file().exists():
        return

    def copied(verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:  # noqa: FBT001, FBT002 - the signature is Django's
        name = made(verbosity, autoclobber, keepdb)
        # What is in memory is there as long as somebody has it open.
        creation.held = sqlite3.connect(name, uri=True, check_same_thread=False)
        with sqlite3.connect(in_file()) as original:
            original.backup(creation.held)
        original.close()
        return name

    creation._create_test_db = copied


KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}
"""What every database has from its migrations and no test changes."""


def emptied(connection: Any) -> None:
    """Take out what a test has committed, and enter what ships: what Django's flush does, in a tenth of its time.

    Flush empties every table and then makes permissions anew; few tables have rows. On PostgreSQL rows are deleted as a replica
    does it, without the triggers that keep records from being deleted.
    """
    from core.time import now
    from surveys.services import load_shipped

    tables = _filled_tables(connection)
    quoted = [connection.ops.quote_name(table) for table in tables]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "BEGIN; SET LOCAL session_replication_role = replica; " + "; ".join(f"DELETE FROM {name}" for name in quoted) + "; COMMIT"
            )
    elif tables:
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))
    load_shipped(now())


def _filled_tables(connection: Any) -> list[str]:
    tables = sorted(set(connection.introspection.table_names()) - KEPT_TABLES)
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in tables]
    found: list[str] = []
    with connection.cursor() as cursor:
        for start in range(0, len(asked), AT_ONCE):
            cursor.execute(" UNION ALL ".join(asked[start : start + AT_ONCE]))
            found += [name for (name,) in cursor.fetchall()]
    return found


# --- Making -------------------------------------------------------------------------------------


@contextmanager
def _alone() -> Iterator[None]:
    """Two runs that start together make it once."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate(name: str) -> None:
    from django.core.management import call_command
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    call_command("migrate", verbosity=0, run_syncdb=True)
    call_command("createcachetable", "django_cache")  # processes of the product have it; tests themselves remember in memory
    connections.close_all()


def _make_file() -> None:
    if in_file().exists():
        return
    making = BUILD / "making.sqlite3"
    making.unlink(missing_ok=True)
    before = _before()
    if before and (BUILD / f"{before}.sqlite3").exists():
        (BUILD / f"{before}.sqlite3").rename(making)
    for old in BUILD.glob("*.sqlite3*"):
        if old != making:
            old.unlink()
    _migrate(str(making))
    with sqlite3.connect(making) as original:
        original.execute("PRAGMA journal_mode=DELETE")
    original.close()
    making.rename(in_file())
    _remember()


def _make_on_server() -> None:
    name, making, kept = on_server(), f"{_prefix()}making", _kept()
    if name in kept:
        return
    before = f"{_prefix()}{_before()}"
    for old in set(kept) - {before}:
        _server(f'DROP DATABASE "{old}" WITH (FORCE)')
    _server(f'ALTER DATABASE "{before}" RENAME TO "{making}"' if before in kept else f'CREATE DATABASE "{making}"')
    _migrate(making)
    _server(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    _remember()


def _remember() -> None:
    (BUILD / f"{key()}.json").write_text(json.dumps(made_from()))


def _before() -> str | None:
    """Answer the key of an original to which migrations have only been added since: then these are all that is to be carried out."""
    now = made_from().items()
    earlier = sorted(BUILD.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    return next((path.stem for path in earlier if json.loads(path.read_text()).items() <= now), None)


def _server(statement: str) -> list[str]:
    from django.db import connections

    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def _kept() -> list[str]:
    return _server(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{_prefix()}')")


def _drop() -> None:
    for name in _kept():
        _server(f'DROP DATABASE "{name}" WITH (FORCE)')


def main() -> None:
    """Make, or drop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.db import connection

    django.setup()
    with _alone():
        if sys.argv[1] == "make":
            _make_file() if connection.vendor == "sqlite" else _make_on_server()
        elif connection.vendor == "postgresql":
            _drop()


if __name__ == "__main__":
    main()
