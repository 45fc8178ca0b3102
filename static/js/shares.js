// Draws shares from 0 to 100 by month. The table behind each chart says the same.

const COLOURS = ["#2747b0", "#1a7046", "#8a5600", "#8d2f7a", "#0b6b75", "#a4342a", "#555d6e"];
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function option(kind, data) {
  const bars = kind === "bar";
  const names = { type: "category", data: data.labels, inverse: bars, axisLabel: { width: 90, overflow: "truncate" } };
  const scores = { type: "value", min: 0, max: data.max };
  return {
    animation: !still,
    aria: { enabled: false },
    color: COLOURS,
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { type: "scroll", top: 0, left: 0, itemWidth: 14 },
    tooltip: { trigger: "axis", confine: true },
    xAxis: bars ? scores : names,
    yAxis: bars ? names : scores,
    series: data.series.map(({ name, values }) => ({ name, data: values, type: kind, barMaxWidth: 12, connectNulls: true })),
  };
}

function draw() {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const chart = window.charts.init(place);
    chart.setOption(option(place.dataset.chart, JSON.parse(document.getElementById(place.dataset.chartSource).textContent)));
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

if (window.charts) draw();
else window.addEventListener("charts:ready", draw, { once: true });
