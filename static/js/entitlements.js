// Draws how many terms end in each month. The table behind the chart says the same.

const COLOURS = ["#8a5600", "#1a7046"];
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function option(data) {
  return {
    animation: !still,
    aria: { enabled: false },
    color: COLOURS,
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14 },
    tooltip: { trigger: "axis", confine: true },
    xAxis: { type: "category", data: data.labels },
    yAxis: { type: "value", minInterval: 1 },
    series: data.series.map(({ name, values }) => ({ name, data: values, type: "bar", barMaxWidth: 18 })),
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
