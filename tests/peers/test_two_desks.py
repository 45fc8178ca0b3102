"""Two real desks, in processes of their own, exchange tickets while the line fails and both are killed: they end equal."""

from __future__ import annotations

import pytest

from bench.equal import differing
from bench.peers import Plan, run

pytestmark = [pytest.mark.once, pytest.mark.slow]


def test_two_desks_end_equal(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    result = run(Plan(tickets=8, deeds=2.5, share=0.05, kills=3, outages=1, pause=0.05, spacing=0.6, seconds=240), tmp_path)
    assert len(result["ours"]) == 8
    assert differing(result) == []
    assert result["compared"] == []
    state = result["figures"]["state"]
    assert (state["refused"], state["problems"], state["unlinked"]) == ([], [], 0)
