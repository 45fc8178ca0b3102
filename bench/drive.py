"""Asking a server as fast as it answers, with so many askers at once."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ASKERS = 8
OK = (200, 201)


@dataclass(frozen=True, slots=True)
class Speed:
    """What came of it: requests a second, and seconds within which half and 95 % were answered."""

    rate: float
    p50: float
    p95: float
    asked: int

    @classmethod
    def of(cls, times: list[float], passed: float) -> Speed:
        """Answer what came of these answers in so many seconds."""
        known = sorted(times)
        return cls(len(known) / passed, known[len(known) // 2], known[int(len(known) * 0.95)], len(known))

    def __str__(self) -> str:
        return f"{self.rate:8.1f} req/s   p50 {self.p50 * 1000:7.1f} ms   p95 {self.p95 * 1000:7.1f} ms   ({self.asked} requests)"


@dataclass(frozen=True, slots=True)
class Question:
    """One request, made anew for each time it is asked."""

    name: str
    path: Callable[[int], str]
    headers: dict[str, str]
    body: Callable[[int], dict[str, Any]] | None = None


def ask_in_turns(port: int, questions: list[Question], seconds: float, rounds: int, *, before: Callable[[], object]) -> dict[str, Speed]:
    """Ask each so long in all, a part in every round: what the machine does meanwhile meets all of them alike."""
    times: dict[str, list[float]] = {question.name: [] for question in questions}
    passed = dict.fromkeys(times, 0.0)
    for _round in range(rounds):
        before()
        for question in questions:
            found, took = ask(port, question, seconds / rounds)
            times[question.name] += found
            passed[question.name] += took
    return {name: Speed.of(found, passed[name]) for name, found in times.items()}


def ask(port: int, question: Question, seconds: float) -> tuple[list[float], float]:
    """Ask from several threads over kept connections for so long; any answer but success ends the run.

    Answers how long each took, and how long all of it took, in seconds.
    """
    times: list[float] = []
    wrong: list[str] = []
    end = time.perf_counter() + seconds
    serial = iter(range(1, 1 << 60))
    lock = threading.Lock()

    def asker() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        mine: list[float] = []
        while time.perf_counter() < end and not wrong:
            with lock:
                number = next(serial)
            began = time.perf_counter()
            status, text = _once(connection, question, number)
            mine.append(time.perf_counter() - began)
            if status not in OK:
                wrong.append(f"{question.name}: {status} {text[:300]!r}")
        connection.close()
        with lock:
            times.extend(mine)

    began = time.perf_counter()
    threads = [threading.Thread(target=asker) for _each in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return times, time.perf_counter() - began


def _once(connection: http.client.HTTPConnection, question: Question, number: int) -> tuple[int, bytes]:
    body = None if question.body is None else json.dumps(question.body(number))
    headers = {**question.headers, **({"Content-Type": "application/json"} if body else {})}
    connection.request("GET" if body is None else "POST", question.path(number), body=body, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
