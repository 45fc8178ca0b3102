"""What many tests begin with is built once a process; then its statements are carried out again, which takes a tenth of the time.

That is only done where it comes out the same: the rows that stood there before are those that stood there the first time. Where a
test has written something of the same tables already, it is built anew.
"""

from __future__ import annotations

import pickle
import re
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import connection, transaction

from sla.selectors import forget_versions

if TYPE_CHECKING:
    from collections.abc import Callable

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")
WRITES = re.compile(r'^(INSERT|UPDATE|DELETE)(?: OR IGNORE)?(?: INTO| FROM)? "(\w+)"')
COUNTERS = """
SELECT holder.relname, sequence.last_value
FROM pg_class counter
JOIN pg_depend ON pg_depend.objid = counter.oid AND pg_depend.deptype IN ('a', 'i')
JOIN pg_class holder ON holder.oid = pg_depend.refobjid
JOIN pg_sequences sequence ON sequence.sequencename = counter.relname
WHERE counter.relkind = 'S'
"""


@cache
def _keys() -> dict[str, str]:
    """Answer the column of the key of each table."""
    return {model._meta.db_table: str(model._meta.pk.column) for model in apps.get_models(include_auto_created=True)}


@dataclass
class Recording:
    """The statements of one building, and where its tables stood before."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    starts: dict[str, int] = field(default_factory=dict)
    highest: list[int | None] = field(default_factory=list)
    made: bytes = b""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - as Django calls it
        """Keep a statement that writes."""
        found = WRITES.match(sql)
        if found:
            self.statements.append((sql, params, many))
            if found[1] == "INSERT":
                self.tables.add(found[2])
        return execute(sql, params, many, context)

    def end(self, before: dict[str, int], made: Any) -> None:
        """Keep what was made and where the keys of its tables began."""
        self.starts = {table: before.get(table, 0) for table in sorted(self.tables)}
        self.highest = _highest(self.starts, up_to=True)
        self.made = pickle.dumps(made)

    def fits(self) -> bool:
        """Whether its tables hold what they held the first time."""
        return _highest(self.starts) == self.highest

    def again(self) -> Any:
        """Carry its statements out again, with the same keys; answer what was made."""
        with transaction.atomic(), connection.cursor() as cursor:
            if self.starts:
                _begin(cursor, self.starts)
            for sql, params, many in self.statements:
                (cursor.executemany if many else cursor.execute)(sql, params)
        forget_versions()  # an id may have been another plan's in the test before
        return pickle.loads(self.made)


def _highest(starts: dict[str, int], *, up_to: bool = False) -> list[int | None]:
    """Answer the highest key in each table; with `up_to` of those there before."""
    if not starts:
        return []
    keys = _keys()
    parts = [
        f'(SELECT max("{keys[table]}") FROM "{table}"{f""" WHERE "{keys[table]}" <= {start}""" if up_to else ""})'
        for table, start in starts.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}")
        return list(cursor.fetchone())


def _counters() -> dict[str, int]:
    """Answer the last key given out in each table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(COUNTERS)
        else:
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
        return {table: last or 0 for table, last in cursor.fetchall()}


def _begin(cursor: Any, starts: dict[str, int]) -> None:
    """Let keys be given out from where they were."""
    if connection.vendor == "postgresql":
        keys = _keys()
        calls = [
            f"""setval(pg_get_serial_sequence('"{table}"', '{keys[table]}'), {start or 1}, {"true" if start else "false"})"""
            for table, start in starts.items()
        ]
        cursor.execute(f"SELECT {', '.join(calls)}")
    else:
        cursor.executemany("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [(start, table) for table, start in starts.items()])


def remembered(build: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Build something for a test once a process, for each set of plain arguments; given a row, or within another, it is built anew."""
    recordings: dict[Any, Recording] = {}

    @wraps(build)
    def again(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        key = (args, tuple(sorted(kwargs.items())))
        if any(isinstance(wrapper, Recording) for wrapper in connection.execute_wrappers) or not _plain(key):
            return build(*args, **kwargs)
        recording = recordings.get(key)
        if recording is not None:
            return recording.again() if recording.fits() else build(*args, **kwargs)
        recording, before = Recording(), _counters()
        with connection.execute_wrapper(recording):
            made = build(*args, **kwargs)
        recording.end(before, made)
        if recording.tables:  # one that made nothing found all of it there, which says nothing about the next test
            recordings[key] = recording
        return made

    return again


def _plain(key: tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]) -> bool:
    return all(value is None or isinstance(value, str) for value in (*key[0], *(value for _name, value in key[1])))
