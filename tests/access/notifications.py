"""The inbox of everybody, and the outbox that managers watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import Team
from notifications.models import ChatChannel, Message, State
from tests.access import EVERYBODY, MANAGERS, PEOPLE, row
from tests.notifications.conftest import post_inbox, post_mail
from tests.worlds import NOON

if TYPE_CHECKING:
    from tests.worlds import World


def prepare(world: World) -> dict[str, Any]:
    """A message in the engineer's inbox, a mail that was given up, the engineer's chat and that of a team."""
    notice = post_inbox(world.engineer, 1)[0]
    lost = post_mail(world.engineer, "lost")
    Message.objects.filter(pk=lost.pk).update(state=State.FAILED)
    team = Team.objects.create(code="chatting", name="一线", office=world.office)
    facts = {"kind": "slack", "sealed_url": "", "created_by": world.manager, "created_at": NOON}
    mine = ChatChannel.objects.create(name="mine", person=world.engineer, **facts)
    ours = ChatChannel.objects.create(name="ours", team=team, **facts)
    return {"notice": notice, "lost_mail": lost, "my_chat": mine, "team_chat": ours}


ENGINEER = frozenset({"engineer"})


def both(route: str, **more: Any) -> list[Any]:
    """A page of a person's own chat, and that of a team's."""
    return [
        row(route, "/" + route.replace("<int:pk>", "{my_chat.pk}"), let_in=ENGINEER, others="missing", **more),
        row(route, "/" + route.replace("<int:pk>", "{team_chat.pk}"), let_in=MANAGERS, others="missing", **more),
    ]


ROWS = [
    row("inbox/", let_in=PEOPLE),
    row("inbox/bell/", let_in=EVERYBODY),
    row("inbox/read/", method="post", let_in=PEOPLE),
    row("inbox/<int:pk>/read/", "/inbox/{notice.pk}/read/", method="post", let_in=ENGINEER, others="missing"),
    row("inbox/<int:pk>/open/", "/inbox/{notice.pk}/open/", method="post", let_in=ENGINEER, others="missing"),
    row("inbox/quiet/", let_in=PEOPLE),
    row("inbox/quiet/", method="post", let_in=PEOPLE, data={"quiet_from": "22:00", "quiet_until": "07:00"}),
    row("inbox/chats/", let_in=PEOPLE),
    row("inbox/chats/new/", let_in=PEOPLE),
    row("inbox/chats/new/", method="post", let_in=PEOPLE, data={"name": "", "url": "slack://x"}),
    *both("inbox/chats/<int:pk>/"),
    *both("inbox/chats/<int:pk>/", method="post", data={"name": ""}),
    *both("inbox/chats/<int:pk>/test/", method="post"),
    *both("inbox/chats/<int:pk>/pause/", method="post"),
    *both("inbox/chats/<int:pk>/remove/", method="post"),
    row("inbox/outbox/", let_in=MANAGERS),
    row("inbox/outbox/resend/", method="post", let_in=MANAGERS),
    row("inbox/outbox/<int:pk>/resend/", "/inbox/outbox/{lost_mail.pk}/resend/", method="post", let_in=MANAGERS),
]
