"""Lines as SVG: a signature from its strokes, a trend from its points. Pure: numbers in, markup out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INK = "#1d2733"
WIDE, HIGH = 1000, 400
"""The field a signature is drawn in, whatever the size of the screen was."""
BOX, PAD = (480, 120), 14
"""A trend's picture and the room around its line, in its own units."""


def path_of(strokes: Sequence[Sequence[Sequence[float]]]) -> str:
    """Answer the strokes as the ``d`` of an SVG path; a stroke of one point is a dot."""
    return " ".join(_line(stroke) for stroke in strokes if stroke)


def _line(stroke: Sequence[Sequence[float]]) -> str:
    first, *rest = [f"{point[0]:g} {point[1]:g}" for point in stroke]
    return f"M{first}" + "".join(f"L{each}" for each in rest or [first])


def signature_svg(strokes: Sequence[Sequence[Sequence[float]]]) -> str:
    """Answer a signature as a picture that scales."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}">'
        f'<path d="{path_of(strokes)}" fill="none" stroke="{INK}" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def trend_svg(trend: Mapping[str, Any]) -> str:
    """Answer the points of a trend (``[[day, number], …]``) as a line, with its limits dashed where it has any."""
    values = [float(value) for _day, value in trend["points"]]
    limits = [float(limit) for limit in (trend.get("low"), trend.get("high")) if limit is not None]
    low, high = min(values + limits), max(values + limits)
    wide, tall = BOX
    step = (wide - 2 * PAD) / max(len(values) - 1, 1)

    def across(place: int) -> float:
        return PAD + step * place if len(values) > 1 else wide / 2

    def up(value: float) -> float:
        return tall / 2 if high == low else tall - PAD - (value - low) / (high - low) * (tall - 2 * PAD)

    dashes = "".join(
        f'<line x1="{PAD}" x2="{wide - PAD}" y1="{up(limit):.1f}" y2="{up(limit):.1f}" stroke="#c2372e" stroke-dasharray="6 5"/>'
        for limit in limits
    )
    line = " ".join(f"{across(place):.1f},{up(value):.1f}" for place, value in enumerate(values))
    dots = "".join(f'<circle cx="{across(place):.1f}" cy="{up(value):.1f}" r="4" fill="#1f6feb"/>' for place, value in enumerate(values))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}">{dashes}'
        f'<polyline points="{line}" fill="none" stroke="#1f6feb" stroke-width="2.5"/>{dots}</svg>'
    )
