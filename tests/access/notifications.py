"""The inbox of everybody, and the outbox that managers watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from notifications.models import Message, State
from tests.access import EVERYBODY, MANAGERS, PEOPLE, row
from tests.notifications.conftest import post_inbox, post_mail

if TYPE_CHECKING:
    from tests.worlds import World


def prepare(world: World) -> dict[str, Any]:
    """A message in the engineer's inbox, and a mail that was given up."""
    notice = post_inbox(world.engineer, 1)[0]
    lost = post_mail(world.engineer, "lost")
    Message.objects.filter(pk=lost.pk).update(state=State.FAILED)
    return {"notice": notice, "lost_mail": lost}


ENGINEER = frozenset({"engineer"})
ROWS = [
    row("inbox/", let_in=PEOPLE),
    row("inbox/bell/", let_in=EVERYBODY),
    row("inbox/read/", method="post", let_in=PEOPLE),
    row("inbox/<int:pk>/read/", "/inbox/{notice.pk}/read/", method="post", let_in=ENGINEER, others="missing"),
    row("inbox/<int:pk>/open/", "/inbox/{notice.pk}/open/", method="post", let_in=ENGINEER, others="missing"),
    row("inbox/quiet/", let_in=PEOPLE),
    row("inbox/quiet/", method="post", let_in=PEOPLE, data={"quiet_from": "22:00", "quiet_until": "07:00"}),
    row("inbox/outbox/", let_in=MANAGERS),
    row("inbox/outbox/resend/", method="post", let_in=MANAGERS),
    row("inbox/outbox/<int:pk>/resend/", "/inbox/outbox/{lost_mail.pk}/resend/", method="post", let_in=MANAGERS),
]
