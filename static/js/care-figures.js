// Draws how many calls were made and how far the inquiries are. The table behind each chart says the same.
const COLOURS = ["#1a7046", "#8a5600", "#9c1f18"];
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function option(kind, data) {
  const stack = kind === "bar" ? "calls" : undefined;
  return {
    animation: !still,
    aria: { enabled: false },
    color: kind === "bar" ? COLOURS : ["#5b6478", "#1a7046"],
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14 },
    tooltip: { trigger: "axis", confine: true },
    xAxis: { type: "category", data: data.labels },
    yAxis: { type: "value", minInterval: 1 },
    series: data.series.map(({ name, values }) => ({ name, data: values, type: kind, stack, barMaxWidth: 28 })),
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
