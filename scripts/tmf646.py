"""Hold the TMF646 interface against the official file, through a proxy that checks requests and answers, and with made-up requests.

``python scripts/tmf646.py FOLDER``: the folder holds the official file. Done as `scripts/tmf621.py` does it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tmf621 import Walk, fuzzed, prepared, product, proxied

FILE, ROOT = "TMF646-Appointment-v4.0.0.swagger.json", "/tmf-api/appointment/v4"


def main() -> int:
    """Check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--thorough", action="store_true", help="make up many requests, wrong ones too; takes minutes")
    given = parser.parse_args()
    file = given.folder.resolve() / FILE
    with tempfile.TemporaryDirectory(prefix="desk-tmf-") as place:
        environment, token, number = prepared(Path(place))
        with product(environment) as url:
            with proxied(file, f"{url}{ROOT}") as proxy:
                walk = Walk("v4", proxy, token)
                _walked(walk, number)
            for breach in walk.breaches:
                print(f"BREACH {breach}", file=sys.stderr)
            is_clean = fuzzed(f"{url}{ROOT}", file, token, thorough=given.thorough)
    print(f"TMF646: {len(walk.breaches)} breaches; made-up requests found {'nothing' if is_clean else 'something'}")
    return 1 if walk.breaches or not is_clean else 0


def _walked(walk: Walk, number: str) -> None:
    from core.time import now
    from tmf.appointments import events
    from tmf.events import path_of

    ticket = {"id": number, "role": "ticket", "@referredType": "TroubleTicket"}
    search = walk.ask("POST", "/searchTimeSlot", {"relatedEntity": [ticket]}, expect=201)
    slot = search["availableTimeSlot"][0]
    walk.ask("GET", f"/searchTimeSlot/{search['id']}", expect=200)
    walk.ask("GET", "/searchTimeSlot?limit=1", expect=200)
    small = walk.ask("POST", "/appointment", {"validFor": slot["validFor"], "relatedEntity": [ticket]}, expect=201)
    medium = {"mediumType": "mobile", "preferred": True, "characteristic": {"phoneNumber": "138 0000 0000"}}
    said: dict[str, Any] = {
        "validFor": slot["validFor"], "relatedEntity": [ticket], "relatedParty": [slot["relatedParty"]], "category": "repair",
        "description": "swap", "externalId": "A-1", "contactMedium": [medium], "note": [{"author": "Li", "text": "gate 4"}],
        "calendarEvent": {"id": "c-1"},
    }  # fmt: skip
    full = walk.ask("POST", "/appointment", said, expect=201)
    walk.ask("POST", "/appointment", {**said, "description": "other"}, expect=409)
    for query in ("", "?limit=1&offset=1", "?status=confirmed", "?fields=id,href,status,validFor"):
        walk.ask("GET", f"/appointment{query}", expect=200)
    walk.ask("GET", "/appointment/nothing", expect=404)
    walk.ask("GET", "/appointment?colour=red", expect=400)
    place = f"/appointment/{full['id']}"
    walk.ask("PATCH", place, {"validFor": slot["validFor"], "status": "completed"}, expect=409)
    walk.ask("PATCH", place, {"validFor": slot["validFor"], "note": [{"text": "second"}], "status": "cancelled"}, expect=200)
    walk.ask("DELETE", f"/appointment/{small['id']}", expect=204)
    walk.ask("DELETE", f"/searchTimeSlot/{search['id']}", expect=204)
    wanted = {"callback": "http://127.0.0.1:9/listener", "query": "eventType=AppointmentCreateEvent"}
    hub = walk.ask("POST", "/hub", wanted, expect=201)
    walk.ask("POST", "/hub", wanted, expect=409)
    walk.ask("DELETE", f"/hub/{hub['id']}", expect=204)
    walk.ask("DELETE", f"/hub/{hub['id']}", expect=404)
    for type_ in events.TYPES:
        event = events.written(type_, event_id=type_, at=now(), document=walk.ask("GET", place, expect=200))
        walk.ask("POST", f"/listener/{path_of(type_)}", event, expect=201)
    for type_ in events.SEARCH:
        walk.ask("POST", f"/listener/{path_of(type_)}", {"eventId": type_, "event": {"searchTimeSlot": search}}, expect=201)


if __name__ == "__main__":
    sys.exit(main())
