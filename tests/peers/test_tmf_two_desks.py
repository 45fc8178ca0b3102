"""Two real desks exchange by TMF621, version 4 and then 5, while the line is out and both are killed: they end equal."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from bench.peers import ROOT, Desk, Line, _database, free_port

pytestmark = [pytest.mark.once, pytest.mark.slow]


class TmfDesk(Desk):
    """A desk whose people know TMF621."""

    def ask(self, *deed: str) -> None:
        if self.hand is None:
            command = [sys.executable, "-m", "tests.peers.tmf_hand", *(["web"] if self.is_asked else [])]
            self.hand = subprocess.Popen(command, cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        super().ask(*deed)

    def do(self, *deeds: tuple[str, str, str]) -> None:
        self.ask("do", *(json.dumps(deed) for deed in deeds))


def both(ours, ours_do, theirs, theirs_do):
    """Have both sides' people work at the same time."""
    ours.do(*ours_do)
    theirs.do(*theirs_do)
    return ours.hear()["refused"] + theirs.hear()["refused"]


def quiet(ours, linked):
    """Wait until nothing waits any more, on looks that a whole asking lies between."""
    ends, still, asked = time.monotonic() + 40, 0, ""
    while still < 2:
        assert time.monotonic() < ends, json.dumps(ours.run("state"))
        state = ours.run("state")
        if state["due"] or state["waiting"] or state["linked"] < linked:
            still = 0
        elif state["asked"] != asked:
            still += 1
        asked = state["asked"]
        time.sleep(0.2)


def exchanged(ours, theirs, line, version):
    """What one version is asked to do; the tickets are named for it. Answer what people were refused."""
    near, far, late = (f"{name} {version}" for name in ("ours", "theirs", "late"))
    here = [
        (near, "report", "since nine"),
        (near, "say", "we look at it"),
        (near, "note", "between us"),
        (near, "attach", f"near {version}"),
    ]
    there = [(far, "report", "no light"), (far, "accept", ""), (far, "say", "who is there?"), (far, "attach", f"far {version}")]
    refused = both(ours, here, theirs, there)
    quiet(ours, 2)
    line.is_out = True
    here = [(near, "severity", "1"), (near, "say", "in the outage"), (near, "resolve", "a new disk"), (late, "report", "x")]
    here += [(far, "say", "we are"), (far, "hold", "part"), (far, "severity", "4")]
    there = [(near, "say", "meanwhile"), (far, "severity", "1"), (far, "say", "also meanwhile")]
    refused += both(ours, here, theirs, there)
    if version == "v4":  # once is enough: a process takes seconds to come up
        ours.kill("worker")
        theirs.kill("web")
        theirs.start("web")
        ours.start("worker")
    line.is_out = False
    theirs.wait()
    quiet(ours, 3)
    refused += both(ours, [(far, "resume", "")], theirs, [(near, "reopen", "again"), (near, "say", "still bad"), (late, "say", "late")])
    quiet(ours, 3)
    here = [(near, "resolve", "another disk"), (near, "close", "")]
    refused += both(ours, here, theirs, [(far, "resolve", "a lamp"), (far, "close", "")])
    quiet(ours, 3)
    return refused


def test_two_desks_end_equal_by_either_version(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with ExitStack() as stack:
        ours, theirs = TmfDesk("ours", tmp_path / "ours", free_port()), TmfDesk("theirs", tmp_path / "theirs", free_port(), is_asked=True)
        for desk in (ours, theirs):
            _database(stack, desk, on_server=False)
            stack.callback(desk.stop)
        line = Line(theirs.port, 1)
        stack.callback(line.close)
        ours.ask("make")
        said = theirs.run("make")
        ours.hear()
        theirs.start("web")
        theirs.wait()
        for number, version in enumerate(("v4", "v5")):
            ours.run("connect", f"http://127.0.0.1:{line.port}", said["client"], said["secret"], str(said["site"]), version)
            if not number:
                ours.start("worker")
            assert exchanged(ours, theirs, line, version) == []
            here, there = ours.run("tell"), theirs.run("tell")
            assert here == there
            assert len(here) == number * 3 + 3
            assert {name: row["status"] for name, row in here.items() if version in name} == {
                f"ours {version}": "closed", f"theirs {version}": "closed", f"late {version}": "accepted"}  # fmt: skip
            assert [len(here[f"{name} {version}"]["files"]) for name in ("ours", "theirs", "late")] == [1, 1, 0]
            state = ours.run("state")
            assert (state["refused"], state["problems"], len(state["conflicts"])) == ([], [], 1)
            assert ours.run("compared")["differences"] == []
