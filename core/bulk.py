"""Writing many rows at once."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from django.db.models import DateTimeField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Field, Model


def update_many(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write these columns of all rows in one statement; no history, so for derived columns only.

    On PostgreSQL all values travel as one JSON text, several times faster than the CASE expressions of ``bulk_update``.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_update(rows, fields, batch_size=200)
        return
    quote = connection.ops.quote_name
    columns = [_field(model, name) for name in fields]
    key = model._meta.pk
    sets = ", ".join(f"{_name(column)} = new.{_name(column)}" for column in columns)
    table, own = quote(model._meta.db_table), _name(key)
    statement = f"UPDATE {table} SET {sets} FROM {_given([key, *columns])} WHERE {table}.{own} = new.{own}"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(statement, [_packed(rows, [key, *columns])])


def insert_many(rows: Sequence[Model]) -> None:
    """Write new rows in one statement and tell each its id; for columns of numbers, words, instants and JSON."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows)
        return
    columns, statement = _insertion(model)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {_name(model._meta.pk)}", [_packed(rows, columns)])
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = pk, False, connection.alias  # noqa: SLF001 - as bulk_create does


def insert_missing(rows: Sequence[Model]) -> None:
    """The same for rows that may stand there already, by whatever is unique about them: those are left as they are."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        return
    columns, statement = _insertion(model)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING", [_packed(rows, columns)])


@lru_cache
def _insertion(model: type[Model]) -> tuple[list[Field[Any, Any]], str]:
    columns = [field for field in model._meta.concrete_fields if not field.primary_key]
    names, table = ", ".join(_name(column) for column in columns), connection.ops.quote_name(model._meta.db_table)
    return columns, f"INSERT INTO {table} ({names}) SELECT {names} FROM {_given(columns)}"  # noqa: S608 - our own names


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _name(column: Field[Any, Any]) -> str:
    return str(connection.ops.quote_name(str(column.column)))


def _given(columns: Sequence[Field[Any, Any]]) -> str:
    """Answer the rows as PostgreSQL reads them from one JSON text; JSON's null is NULL in every column."""
    typed = ", ".join(
        f"{_name(column)} {column.rel_db_type(connection) if column.primary_key else column.db_type(connection)}" for column in columns
    )
    return f"json_to_recordset(%s::json) AS new({typed})"


def _packed(rows: Sequence[Model], columns: Sequence[Field[Any, Any]]) -> str:
    instants = {column.attname for column in columns if isinstance(column, DateTimeField)}
    plain = [(str(column.column), column.attname) for column in columns if column.attname not in instants]
    packed = [{name: getattr(row, attname) for name, attname in plain} for row in rows]
    for column in columns:
        if column.attname in instants:
            for row, values in zip(rows, packed, strict=True):
                at = getattr(row, column.attname)
                values[str(column.column)] = None if at is None else at.isoformat()
    return json.dumps(packed, ensure_ascii=False)
