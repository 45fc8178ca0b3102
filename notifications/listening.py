"""Which chats hear what whom is told, known by heart: a message must not cost a query where nobody listens."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from accounts.models import User
from core.byheart import ByHeart
from notifications.models import ChatChannel

if TYPE_CHECKING:
    from collections.abc import Mapping


def _read() -> Mapping[int, list[ChatChannel]]:
    """Read the channels that are active, by the person whose messages they hear: their own, and those of their teams."""
    heard: dict[int, list[ChatChannel]] = defaultdict(list)
    teams: dict[int, list[ChatChannel]] = defaultdict(list)
    for row in ChatChannel.objects.filter(state=ChatChannel.State.ACTIVE).select_related("person"):
        if row.person_id is not None:
            heard[row.person_id].append(row)
        elif row.team_id is not None:
            teams[row.team_id].append(row)
    if teams:
        for person, team in User.teams.through.objects.filter(team__in=teams).values_list("user_id", "team_id"):
            heard[person] += teams[team]
    return dict(heard)


channels: ByHeart[Mapping[int, list[ChatChannel]]] = ByHeart("chats", _read, {})
