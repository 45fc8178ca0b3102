"""What is written to keep a worker busy: the time grows with the length, not with its square."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from inbound.engine import osticket
from inbound.errors import Unreadable
from mailroom.engine import headers, quoting, reading

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.once
SHORT, TIMES = 12_000, 4
AT_ONCE, GROWTH = 0.06, 9.0
"""Seconds in which there is nothing to compare, and between four times as much for four times the length and sixteen for its square."""
UNITS = (
    *(
        " ",
        "\t",
        "> ",
        ">",
        "*",
        "* ",
        "-",
        "_",
        "—",
        "##-",
        "| ",
        "\n",
        "> \n",
        "\n ",
        "\n-",
        "--\n",
        "x\n",
        ":",
        ";",
        ":;",
        "<",
        "(",
        ",",
    ),
    *('"', "\\", "&", "<br ", "=?a?b?", "a@", "a@b.c wrote: ", "On ", "\nOn a wrote:", "wrote:\n", "From ", "Sent from my "),
    *("Message-ID:", "在 ", "于 ", "写道 ", "发件人：", "2026-1-1 ", "发自我的 ", "\n从我的" + " " * 380, "\n在 2026-1-1" + " 写道" * 90),
    *("\n" + " " * 390 + "x", "\n" + "_ " * 150),
)
FIELDS = ("From", "Subject", "References", "Content-Type", "Content-Disposition")


def seconds(do: Callable[[str], object], text: str) -> float:
    """The shortest of three times."""
    found = []
    for _time in range(3):
        started = time.process_time()
        with suppress(reading.Unreadable, Unreadable):
            do(text)
        found.append(time.process_time() - started)
        if found[-1] < AT_ONCE:
            break
    return min(found)


def bounce(text: str) -> object:
    """A report of failed delivery in words alone."""
    top = "From: mailer-daemon@x.example\nSubject: Undeliverable\nContent-Type: text/plain; charset=utf-8\n\n"
    return reading.read((top + text).encode())


def with_field(name: str) -> Callable[[str], object]:
    """A mail with this in its head."""
    return lambda text: reading.read(f"{name}: {' '.join(text.splitlines())}\n\nx".encode())


WAYS: dict[str, Callable[[str], object]] = {
    "split": quoting.split,
    "bounce": bounce,
    **{name: with_field(name) for name in FIELDS},
    "osticket": lambda text: osticket.text_of(f"data:text/html,{text}"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: repr(unit)[:24])
def test_time_grows_with_the_length_alone(way, unit):
    do = WAYS[way]
    for begin, end in (("", ""), ("x", "x")):
        many = SHORT * TIMES
        long = begin + (unit * (many // len(unit) + 1))[:many] + end
        if (took := seconds(do, long)) > AT_ONCE:
            assert took < GROWTH * seconds(do, begin + long[: SHORT + 1] + end)


def test_an_address_that_makes_the_library_call_itself_is_none():
    mail = reading.read(b"From: " + b":" * 9000 + b"\nSubject: x\n\nbody")
    assert (mail.sender, mail.text) == ("", "body")


def test_a_description_of_far_too_great_length_is_not_taken_apart():
    with pytest.raises(reading.Unreadable):
        reading.read(b"Subject: x\r\nContent-Type: text/plain" + b";" * (headers.LONGEST + 1) + b"\r\n\r\nbody")
    folded = b"Subject: x\nContent-Disposition: attachment" + b";\n ;" * headers.LONGEST + b"\n\nbody"
    with pytest.raises(reading.Unreadable):
        reading.read(folded)
    assert reading.key_of(folded)[0]
