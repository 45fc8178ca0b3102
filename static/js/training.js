// Draws what is owed by office as stacked bars. The table behind it says the same.

const COLOURS = ["#1a7046", "#8a5600", "#2747b0", "#8b95a3", "#9c1f18"];
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function option(data) {
  return {
    animation: !still,
    aria: { enabled: false },
    color: COLOURS,
    grid: { left: 8, right: 16, top: 56, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14 },
    tooltip: { trigger: "axis", confine: true },
    xAxis: { type: "value", minInterval: 1 },
    yAxis: { type: "category", data: data.labels, inverse: true, axisLabel: { width: 90, overflow: "truncate" } },
    series: data.series.map(({ name, values }) => ({ name, data: values, type: "bar", stack: "owed", barMaxWidth: 18 })),
  };
}

function draw() {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const chart = window.charts.init(place);
    chart.setOption(option(JSON.parse(document.getElementById(place.dataset.chartSource).textContent)));
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

if (window.charts) draw();
else window.addEventListener("charts:ready", draw, { once: true });
