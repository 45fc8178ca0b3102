"""Terms from a table: looked at line by line first, taken over whole or not at all."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, Invalid, NotAllowed
from core.forms import FIRST_DAY, LAST_DAY
from customers import services as customers
from customers.models import Contract, Equipment, Term

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User

LINES_MAX = 2000
COLUMNS = {
    "contract": ("contract", "合同编号", "合同"),
    "equipment": ("equipment", "serial_number", "序列号", "设备"),
    "kind": ("kind", "类型"),
    "starts_on": ("starts_on", "开始日期", "开始"),
    "ends_on": ("ends_on", "结束日期", "截止日期", "结束"),
    "scope": ("scope", "范围"),
    "component": ("component", "部件"),
    "source": ("source", "依据"),
    "paper": ("paper", "document", "文件编号", "文件"),
    "price": ("price", "金额", "价格"),
}
"""What a column may be called."""
KINDS = {
    "质保": "acceptance",
    "验收质保": "acceptance",
    "免费服务": "free_service",
    "试用": "trial",
    "软件质保": "software",
    "原厂质保": "maker",
    "付费服务": "paid",
    "延保": "extension",
}
SCOPES = {"全包": "all", "人工": "labour", "备件": "parts", "按约收费": "none"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: its number, what it says, and what is wrong with it."""

    number: int
    given: dict[str, str]
    stated: customers.Stated | None = None
    wrong: tuple[str, ...] = ()
    key: tuple[object, ...] = field(default=(), repr=False)


def preview(text: str) -> list[Line]:
    """Answer the lines of a CSV table (comma, semicolon or tab), each with what it would enter or what is wrong. Raises Invalid."""
    rows = _rows(text)
    known = _Known(rows)
    lines: list[Line] = []
    seen: dict[tuple[object, ...], int] = {}
    for number, given in rows:
        line = known.read(number, given)
        if line.key and line.key in seen:
            line = Line(number, given, None, (_("The same as line %(line)s.") % {"line": seen[line.key]},))
        elif line.key:
            seen[line.key] = number
        lines.append(line)
    return lines


@transaction.atomic
def import_terms(text: str, *, actor: User, at: datetime) -> list[Term]:
    """Enter every line of a table; where one is wrong none is entered. Raises Invalid and NotAllowed."""
    if not actor.dispatches:
        raise NotAllowed(_("Terms are entered by dispatchers and managers."))
    made = []
    for line in preview(text):
        if line.stated is None:
            raise Invalid(_("Line %(line)s: %(wrong)s") % {"line": line.number, "wrong": " ".join(line.wrong)}, field="file")
        try:
            made.append(customers.enter_term(line.stated, actor=actor, at=at, origin=Term.Origin.IMPORTED))
        except DomainError as refusal:
            raise Invalid(_("Line %(line)s: %(wrong)s") % {"line": line.number, "wrong": str(refusal)}, field="file") from refusal
    return made


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    text = text.lstrip("\ufeff")
    head = text.splitlines()[0] if text.strip() else ""
    mark = max(",;\t", key=head.count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=mark, strict=True))
    except csv.Error as error:  # a cell without an end: a quotation mark that is never closed
        raise Invalid(_("This is no table: look for a quotation mark that is never closed."), field="file") from error
    names = [_column(cell) for cell in table[0]] if table else []
    if "kind" not in names or "starts_on" not in names:
        raise Invalid(_("The first line names the columns; needed are kind, starts_on, and contract or equipment."), field="file")
    found = []
    for number, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            found.append((number, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}))
    if not found:
        raise Invalid(_("The table has no lines below its first."), field="file")
    if len(found) > LINES_MAX:
        raise Invalid(_("At most %(limit)s lines are taken at once.") % {"limit": LINES_MAX}, field="file")
    return found


def _column(cell: str) -> str:
    word = cell.strip().casefold()
    return next((name for name, words in COLUMNS.items() if word in words), "")


class _Known:
    """The contracts, equipment and terms that the lines name, read at once."""

    def __init__(self, rows: Iterable[tuple[int, dict[str, str]]]) -> None:
        given = [row for _number, row in rows]
        numbers, serials = ({row.get(name, "") for row in given} - {""} for name in ("contract", "equipment"))
        self.contracts = {row.number: row for row in Contract.objects.filter(number__in=numbers).select_related("organization")}
        things = Equipment.objects.select_related("site")
        self.equipment: dict[str, list[Equipment]] = {}
        for row in things.filter(serial_number__in=serials):
            self.equipment.setdefault(row.serial_number, []).append(row)
        for row in things.filter(qr_id__in=serials):
            self.equipment.setdefault(row.qr_id, []).append(row)
        self.terms = set(Term.objects.filter(withdrawn_at=None, contract__in=self.contracts.values()).values_list(*KEY))
        every = [row for rows in self.equipment.values() for row in rows]
        self.terms |= set(Term.objects.filter(withdrawn_at=None, equipment__in=every).values_list(*KEY))

    def read(self, number: int, given: dict[str, str]) -> Line:
        """Answer what a line comes to."""
        wrong: list[str] = []
        contract, equipment = self._contract(given, wrong), self._equipment(given, wrong)
        kind = self._word(given, "kind", KINDS, Term.Kind.values, wrong)
        scope = self._word(given, "scope", SCOPES, Term.Scope.values, wrong) if given.get("scope") else ""
        starts, ends = self._day(given, "starts_on", wrong), self._day(given, "ends_on", wrong) if given.get("ends_on") else None
        price = self._price(given, wrong)
        if wrong or starts is None:
            return Line(number, given, None, tuple(wrong))
        plain = {name: given.get(name, "") for name in ("component", "source", "paper")}
        stated = customers.Stated(
            kind=kind, scope=scope, starts_on=starts, ends_on=ends, contract=contract, equipment=equipment, price=price, **plain
        )
        return self._checked(number, given, stated)

    def _checked(self, number: int, given: dict[str, str], stated: customers.Stated) -> Line:
        try:
            columns = stated.columns()
        except DomainError as refusal:
            return Line(number, given, None, (str(refusal),))
        if columns["ends_on"] < columns["starts_on"]:
            return Line(number, given, None, (_("A term ends after it begins."),))
        ids = (stated.contract.pk if stated.contract else None, stated.equipment.pk if stated.equipment else None)
        key = (*ids, columns["kind"], columns["starts_on"], columns["ends_on"], columns["component"])
        if key in self.terms:
            return Line(number, given, None, (_("This term is on record already."),))
        return Line(number, given, stated, (), key)

    def _contract(self, given: dict[str, str], wrong: list[str]) -> Contract | None:
        word = given.get("contract", "")
        if word and word not in self.contracts:
            wrong.append(_("There is no contract %(number)s.") % {"number": word})
        return self.contracts.get(word)

    def _equipment(self, given: dict[str, str], wrong: list[str]) -> Equipment | None:
        word = given.get("equipment", "")
        found = self.equipment.get(word, [])
        if word and not found:
            wrong.append(_("There is no equipment with the serial number or label %(word)s.") % {"word": word})
        if len(found) > 1:
            wrong.append(_("Several have the serial number %(word)s; name one by its label.") % {"word": word})
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _word(given: dict[str, str], name: str, also: dict[str, str], values: list[str], wrong: list[str]) -> str:
        word = given.get(name, "").casefold()
        found = also.get(word, word)
        if found not in values:
            wrong.append(_("“%(word)s” is not one of: %(known)s.") % {"word": word, "known": ", ".join(values)})
        return found

    @staticmethod
    def _day(given: dict[str, str], name: str, wrong: list[str]) -> date | None:
        word = given.get(name, "").replace("/", "-").replace(".", "-")
        try:
            year, month, day = (int(part) for part in word.split("-"))
            found = date(year, month, day)
        except ValueError:
            found = None
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            wrong.append(_("“%(word)s” is no day; write it as 2026-11-22.") % {"word": given.get(name, "")})
            return None
        return found

    @staticmethod
    def _price(given: dict[str, str], wrong: list[str]) -> Decimal | None:
        word = given.get("price", "").replace(",", "").lstrip("¥￥")
        if not word:
            return None
        try:
            price = Decimal(word).quantize(Decimal("0.01"))
        except InvalidOperation:
            price = Decimal(-1)
        if not price.is_finite() or price < 0:
            wrong.append(_("“%(word)s” is no amount.") % {"word": given.get("price", "")})
            return None
        return price


KEY = ("contract_id", "equipment_id", "kind", "starts_on", "ends_on", "component")
"""What makes a term the same as another."""
