"""Whether two desks that exchanged tell the same of every ticket."""

from __future__ import annotations

from typing import Any


def differing(result: dict[str, Any]) -> list[str]:
    """Answer how both desks differ: nothing, if what was promised was kept."""
    ours, theirs = result["ours"], result["theirs"]
    wrong = [f"only one side has {subject}" for subject in ours.keys() ^ theirs.keys()]
    for subject in sorted(ours.keys() & theirs.keys()):
        near, far = ours[subject], theirs[subject]
        wrong += [f"{subject}: {name} {near[name]} / {far[name]}" for name in ("fields", "status", "files") if near[name] != far[name]]
        if near["external"] != far["number"] and far["external"] != near["number"]:
            wrong.append(f"{subject}: {near['number']} is not {far['number']}")
        wrong += [f"{subject}: {words}" for one, other in ((near, far), (far, near)) for words in _unheard(one, other)]
    return wrong


def _unheard(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Answer what one side said and the other does not have as it was said: all words, in order, once.

    Why somebody made a move that the other side could not make is kept there as words; nothing else is.
    """
    ids = {key for key, _text in one["said"]}
    came = [[key, text] for key, text in other["came"] if key in ids]
    wrong = [] if came == one["said"] else [f"said {one['said']} / arrived {came}"]
    beside = [(key, text) for key, text in other["came"] if key not in ids]
    strange = [each for each in beside if one["reasons"].get(each[0]) != each[1] or beside.count(each) > 1]
    return wrong + ([f"arrived, and was not said: {strange}"] if strange else [])
