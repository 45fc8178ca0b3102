"""Which chats hear what whom is told, known by heart for a moment: a message must not cost a query where nobody listens."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from notifications.models import ChatChannel

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN_SECONDS = 5.0
"""How long another process may go on without a new channel."""

_known: tuple[float, Mapping[int, list[ChatChannel]]] = (float("-inf"), {})


def channels() -> Mapping[int, list[ChatChannel]]:
    """Answer the channels that are active, by the person whose messages they hear: their own, and those of their teams."""
    global _known  # noqa: PLW0603 - one memory a process
    until, found = _known
    if time.monotonic() < until:
        return found
    rows = list(ChatChannel.objects.filter(state=ChatChannel.State.ACTIVE).select_related("person"))
    heard: dict[int, list[ChatChannel]] = defaultdict(list)
    teams: dict[int, list[ChatChannel]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None:
            heard[row.person_id].append(row)
        elif row.team_id is not None:
            teams[row.team_id].append(row)
    if teams:
        for person, team in User.teams.through.objects.filter(team__in=teams).values_list("user_id", "team_id"):
            heard[person] += teams[team]
    _known = (time.monotonic() + KNOWN_SECONDS, dict(heard))
    return _known[1]


def forget() -> None:
    """Ask again at the next message, in this transaction and after it."""
    _forget()
    transaction.on_commit(_forget)


def _forget() -> None:
    global _known  # noqa: PLW0603
    _known = (float("-inf"), {})


def nobody() -> None:
    """Take it that nobody listens until a channel is made in this process."""
    global _known  # noqa: PLW0603
    _known = (float("inf"), {})
