"""A service plan as data: severities in its own words, and promises."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sla.engine.plan.causes import DEFAULT_CAUSES, DEFAULT_OBJECTION, Cause, causes_of, objection_of, pausable_by
from sla.engine.plan.recurring import Recurring, recurring_of
from sla.engine.plan.terms import DEFAULT_LADDER, Condition, Level, Target, ladder_of
from sla.engine.plan.words import EVENTS, MEASURES, NARROWED, SEVERITIES, Path, PlanError, choices, code_of, known, words
from sla.engine.sentences import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LIMIT_CODE = "-limit"
_LIMIT_NAME = {"zh-hans": "%s（最迟时限）", "en": "%s, last limit"}
_PLAN_KEYS = ("code", "name", "source", "calendar", "severities", "ladder", "causes", "objection", "promises", "recurring")
_PROMISE_KEYS = (
    "code", "measure", "name", "clause", "quote", "when", "from", "until", "again", "void", "target", "limit", "calendar",
    "pausable", "levels",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: from which event, until which, within what, and what happens when it runs late."""

    code: str
    measure: str
    name: Mapping[str, str]
    clause: str
    quote: Mapping[str, str]
    when: Condition
    starts: frozenset[str]
    stops: frozenset[str]
    rearms: frozenset[str]
    voids: frozenset[str]
    targets: Mapping[int, Target]
    calendars: Mapping[int, str]
    pausable: frozenset[str]
    levels: tuple[Level, ...]
    heeds: frozenset[str] = field(default=frozenset())
    """Every event type that can move this clock; the rest of a log is passed over."""
    narrowed: Mapping[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    """Event of the log → the fact and its value by which it is meant here, and the plan's word for that."""
    limit_of: str = ""
    """The code of the promise whose last limit this is; empty for an ordinary promise."""
    agreed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Severity → where a target tighter than the plan's was agreed (`tightened`)."""
    planned: Mapping[int, Target] = field(default_factory=dict)
    """What the plan itself promises where something tighter was agreed."""

    def waits_for(self, facts: Mapping[str, Any]) -> bool:
        """Tell whether a pause stops this clock: for its owner, or for its cause (rule 6)."""
        return facts.get("owner", "customer") in self.pausable or facts.get("code") in self.pausable


@dataclass(frozen=True, slots=True)
class Severity:
    """A severity in the plan's own words."""

    number: int
    name: Mapping[str, str]
    means: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The promises of a service plan, checked."""

    code: str
    name: Mapping[str, str]
    severities: Mapping[int, Severity]
    promises: tuple[Promise, ...]
    source: str = ""
    """The document it was taken from."""
    causes: tuple[Cause, ...] = DEFAULT_CAUSES
    """What work may have to wait for."""
    objection: int = DEFAULT_OBJECTION
    """How many seconds after its end a pause may be objected to."""
    recurring: tuple[Recurring, ...] = ()
    """The work that is owed again and again, or after an event."""

    def severity(self, number: int) -> Severity:
        """Answer the plan's word for a severity; one it has no word for takes the next worse one's."""
        for candidate in range(number, 0, -1):
            if candidate in self.severities:
                return self.severities[candidate]
        return self.severities[min(self.severities)]

    def promise(self, code: str) -> Promise | None:
        """Answer the promise of that code, or None."""
        return next((promise for promise in self.promises if promise.code == code), None)

    def limit(self, code: str) -> Promise | None:
        """Answer the last limit beside the target of the promise of that code, or None."""
        return next((promise for promise in self.promises if promise.limit_of == code), None)

    def cause(self, code: str) -> Cause | None:
        """Answer the cause of that code, or None."""
        return next((cause for cause in self.causes if cause.code == code), None)

    def work(self, code: str) -> Recurring | None:
        """Answer the recurring work of that code, or None."""
        return next((row for row in self.recurring if row.code == code), None)

    @property
    def asks_for_hours(self) -> bool:
        """Whether some promise is made in office hours only, or outside of them."""
        return any(promise.when.hours for promise in self.promises)

    def calendar_codes(self) -> set[str]:
        """Answer the codes of all calendars the plan counts in."""
        return {code for promise in self.promises for code in promise.calendars.values()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Plan:
        """Read and check a plan; raise :class:`PlanError` with the place and a sentence."""
        known(data, _PLAN_KEYS, ())
        severities = _severities(data.get("severities"))
        ladder = ladder_of(data["ladder"], ("ladder",)) if "ladder" in data else DEFAULT_LADDER
        causes = causes_of(data["causes"], ("causes",)) if "causes" in data else DEFAULT_CAUSES
        objection = objection_of(data["objection"], ("objection",)) if "objection" in data else DEFAULT_OBJECTION
        rows = data.get("promises")
        if not isinstance(rows, list) or not rows:
            raise PlanError(("promises",), _("a plan needs a list of at least one promise"))
        promises: dict[str, Promise] = {}
        common = _Common(str(data.get("calendar", "always")), severities, ladder, causes)
        for index, row in enumerate(rows):
            for promise in _promises(row, ("promises", index), common):
                if promise.code in promises:
                    sentence = _("“%(code)s” is used twice; each promise needs a code of its own")
                    raise PlanError(("promises", index, "code"), sentence, code=promise.code)
                promises[promise.code] = promise
        name, source = words(data, "name", ()), str(data.get("source", ""))
        recurring = recurring_of(data["recurring"], ("recurring",)) if "recurring" in data else ()
        return cls(code_of(data, ()), name, severities, tuple(promises.values()), source, causes, objection, recurring)


def _severities(data: object) -> dict[int, Severity]:
    if not isinstance(data, dict) or not data:
        raise PlanError(("severities",), _("name at least one severity, for example 1: {name: …, means: …}"))
    found = {}
    for key, row in data.items():
        path: Path = ("severities", key)
        number = _severity(key, path)
        found[number] = Severity(number, words(row, "name", path), words(row, "means", path))
    return found


class _Common(NamedTuple):
    """What a plan says for all of its promises."""

    calendar: str
    severities: Mapping[int, Severity]
    ladder: tuple[Level, ...]
    causes: tuple[Cause, ...]


def _promises(row: Any, path: Path, common: _Common) -> Iterator[Promise]:
    """Yield the promise, and the one that its last limit is (docs/decisions/second-limit.md)."""
    promise = _promise(row, path, common)
    yield promise
    if "limit" in row:
        limits = _limits(row["limit"], promise.targets, common.severities, (*path, "limit"))
        _longer(limits, promise.targets, (*path, "limit"))
        code = code_of({"code": promise.code + _LIMIT_CODE}, path)
        name = {language: template % promise.name[language] for language, template in _LIMIT_NAME.items()}
        yield replace(promise, code=code, name=name, targets=limits, limit_of=promise.code)


def _limits(given: Any, targets: Mapping[int, Target], severities: Mapping[int, Severity], path: Path) -> dict[int, Target]:
    """Read the last limits: one for every severity that has a target, or one for each."""
    if isinstance(given, dict) or given is None:
        found: dict[int, Target] = _per_severity(given, severities, Condition(), path, Target.read)
        return found
    return dict.fromkeys(targets, Target.read(given, path))


def _longer(limits: Mapping[int, Target], targets: Mapping[int, Target], path: Path) -> None:
    """Refuse a limit that is no later than its target, or beside none."""
    for number, limit in sorted(limits.items()):
        target = targets.get(number)
        if target is None:
            raise PlanError(path, _("severity %(number)s has a limit but no target"), number=number)
        if bool(limit.workdays) != bool(target.workdays) and not target.at_once:
            raise PlanError(path, _("target and limit count differently; write both as durations or both as working days"))
        if (limit.workdays, limit.seconds) <= (target.workdays, target.seconds):
            raise PlanError(path, _("the limit is the last moment beside an earlier target; write a longer one than the target"))


def _promise(row: Any, path: Path, common: _Common) -> Promise:
    if not isinstance(row, dict):
        raise PlanError(path, _("a promise is a mapping with code, measure, name, from, until and target"))
    known(row, _PROMISE_KEYS, path)
    starts, stops = _events(row, "from", path, needed=True), _events(row, "until", path, needed=True)
    rearms, voids = _events(row, "again", path), _events(row, "void", path) | {"cancelled", "merged"}
    if starts & stops:
        raise PlanError((*path, "until"), _("“%(event)s” would start and stop the clock at the same instant"), event=min(starts & stops))
    when = Condition.read(row.get("when", {}), (*path, "when"))
    _named(when.severities, common.severities, (*path, "when", "severities"))
    targets: dict[int, Target] = _per_severity(row.get("target"), common.severities, when, (*path, "target"), Target.read)
    return Promise(
        code=code_of(row, path),
        measure=choices([row.get("measure")], MEASURES, (*path, "measure"))[0],
        name=words(row, "name", path),
        clause=str(row.get("clause", "")),
        quote=words(row, "quote", path) if "quote" in row else {},
        when=when,
        starts=starts,
        stops=stops,
        rearms=rearms,
        voids=voids,
        targets=targets,
        calendars=_calendars(row.get("calendar", common.calendar), targets, common.severities, when, (*path, "calendar")),
        pausable=pausable_by(row.get("pausable", False), common.causes, (*path, "pausable")),
        levels=ladder_of(row["levels"], (*path, "levels")) if "levels" in row else common.ladder,
        heeds=_heeded(starts | stops | rearms | voids),
        narrowed=_narrowed(starts | stops | rearms | voids),
    )


def _narrowed(names: frozenset[str]) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Answer for each event of a log of which only some ways are meant: the fact that tells, its value, the plan's word for it."""
    found: dict[str, tuple[tuple[str, str, str], ...]] = {}
    for word in sorted(names & NARROWED.keys()):
        event, fact, value = NARROWED[word]
        found[event] = (*found.get(event, ()), (fact, value, word))
    return found


def _heeded(names: frozenset[str]) -> frozenset[str]:
    """Answer the events of a log that are looked at: a word for one way of something is found at the event itself."""
    return names | {NARROWED[name][0] for name in names if name in NARROWED} | {"hold", "resumed", "objection_upheld", "reopened", "closed"}


def _per_severity(given: Any, severities: Mapping[int, Severity], when: Condition, path: Path, read: Any) -> dict[int, Any]:
    if given is None or given == {}:
        raise PlanError(path, _("missing; write one duration, or one for each severity"))
    if isinstance(given, dict):
        found = {_severity(key, (*path, key)): read(text, (*path, key)) for key, text in given.items()}
        _named(found, severities, path)
        return found
    value = read(given, path)
    return dict.fromkeys(when.severities or SEVERITIES, value)


def _calendars(
    given: Any, targets: Mapping[int, Target], severities: Mapping[int, Severity], when: Condition, path: Path
) -> dict[int, str]:
    found = _per_severity(given, severities, when, path, lambda code, where: code_of({"code": code}, where[:-1], where[-1]))
    missing = sorted(set(targets) - set(found))
    if missing:
        raise PlanError(path, _("severity %(number)s has a target but no calendar"), number=missing[0])
    return found


def _severity(key: object, path: Path) -> int:
    # JSON has no numbers as keys
    number: int = choices([int(key) if isinstance(key, str) and key.isdigit() else key], SEVERITIES, path)[0]
    return number


def _named(numbers: Iterable[int], severities: Mapping[int, Severity], path: Path) -> None:
    for number in sorted(numbers):
        if number not in severities:
            raise PlanError(path, _("severity %(number)s has no name in this plan"), number=number)


def _events(row: Mapping[str, Any], key: str, path: Path, *, needed: bool = False) -> frozenset[str]:
    given = row.get(key, [])
    names = choices([given] if isinstance(given, str) else given, EVENTS, (*path, key))
    if needed and not names:
        started = _("missing; name the event that starts the clock")
        raise PlanError((*path, key), started if key == "from" else _("missing; name the event that stops the clock"))
    return frozenset(names)
