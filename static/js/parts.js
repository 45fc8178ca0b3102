// Draws expected need beside what is there. The table behind the chart says the same.

const COLOURS = ["#2747b0", "#1a7046", "#8a5600"];
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function option(kind, data) {
  const names = { type: "category", data: data.labels, inverse: true, axisLabel: { width: 150, overflow: "truncate" } };
  return {
    animation: !still,
    aria: { enabled: false },
    color: COLOURS,
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14 },
    tooltip: { trigger: "axis", confine: true },
    xAxis: { type: "value", min: 0 },
    yAxis: names,
    series: data.series.map(({ name, values }) => ({ name, data: values, type: kind, barMaxWidth: 12 })),
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
