"""The figures of the status page for programs, in the text format of Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from status import selectors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prometheus_client.core import Metric

QUANTILES = (0.5, 0.95, 1.0)


class _Desk(Collector):
    """Reads the figures when they are asked for: several processes, one truth, which is the database."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        """Answer the figures as they are now."""
        yield from self._canary()
        clocks, messages = selectors.waiting_clocks(self.at), selectors.waiting_messages(self.at)
        yield GaugeMetricFamily("desk_clocks_waiting", "Clocks that want attention (counted up to 10,000)", clocks.count)
        yield GaugeMetricFamily("desk_clocks_waiting_seconds", "How long the first of them has waited", clocks.seconds)
        yield GaugeMetricFamily("desk_messages_waiting", "Messages to be sent now (counted up to 10,000)", messages.count)
        yield GaugeMetricFamily("desk_messages_waiting_seconds", "How old the oldest of them is", messages.seconds)
        yield GaugeMetricFamily("desk_messages_given_up", "Messages that could not be sent", selectors.given_up_messages())
        yield GaugeMetricFamily("desk_calendars_moving", "Published calendars not yet carried to all clocks", selectors.calendars_moving())
        if audit := selectors.last_audit():
            yield GaugeMetricFamily("desk_audit_differing", "Tickets whose stored clocks differed in the last audit", audit.differing)

    def _canary(self) -> Iterator[Metric]:
        well = GaugeMetricFamily("desk_canary_ok", "Whether the last canary passed the stage in time", labels=["stage"])
        age = GaugeMetricFamily("desk_canary_age_seconds", "Since the last canary was reported")
        late = GaugeMetricFamily("desk_canary_late_seconds", "After its level's time the last canary passed the stage", labels=["stage"])
        for stage in selectors.stages(self.at):
            well.add_metric([stage.name], stage.is_well)
            if stage.seconds is not None:
                (age if stage.name == "report" else late).add_metric([] if stage.name == "report" else [stage.name], stage.seconds)
        yield from (well, age, late)
        day = selectors.last_day(self.at)
        over = GaugeMetricFamily("desk_canary_late_seconds_day", "The same over 24 hours", labels=["stage", "quantile"])
        for stage_name, values in (("level", day.level), ("delivery", day.delivery)):
            for quantile in QUANTILES:
                if (value := selectors.share_of(values, quantile)) is not None:
                    over.add_metric([stage_name, str(quantile)], value)
        yield over
        yield GaugeMetricFamily("desk_canaries_wrong_day", "Canaries of 24 hours that were lost or late", day.wrong)


def text(at: datetime) -> bytes:
    """Answer all figures as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Desk(at))
    return generate_latest(registry)
