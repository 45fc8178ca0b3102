// Draws the tickets of each month as standing bars. The table behind the chart says the same.

const COLOURS = ["#c2410c", "#8292a8"];
const INK = "#55606e";
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function option(data) {
  return {
    animation: !still,
    aria: { enabled: false },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    color: COLOURS,
    grid: { left: 4, right: 12, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 10, textStyle: { color: INK }, selectedMode: false },
    tooltip: { trigger: "axis", confine: true, axisPointer: { type: "shadow" } },
    xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLabel: { color: INK, hideOverlap: true } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: INK } },
    series: data.series.map(({ name, values }) => ({ name, data: values, type: "bar", stack: "all", barMaxWidth: 22 })),
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
