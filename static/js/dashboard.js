// Draws the dashboard's figures. The table behind each chart says the same, so the drawings are not read out.

const COLOURS = { kept: "#4468c8", missed: "#c2410c", second: "#8292a8", share: "#1c2430", target: "#1a7046" };
const INK = "#55606e";
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const language = document.documentElement.lang;
const whole = new Intl.NumberFormat(language);
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
const hours = new Intl.NumberFormat(language, { style: "unit", unit: "hour", unitDisplay: "short", maximumFractionDigits: 1 });
const seconds = new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "narrow" });
const score = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });

const said = (format) => (value) => (value === null || value === undefined ? "—" : format.format(value));
const axis = { axisLabel: { color: INK }, axisLine: { lineStyle: { color: "#b9c0ca" } }, splitLine: { lineStyle: { color: "#e9ecef" } } };
const names = (labels, more = {}) => ({ ...axis, type: "category", data: labels, axisTick: { show: false }, ...more });
const values = (format, more = {}) => ({ ...axis, type: "value", minInterval: format === whole ? 1 : 0, ...more, axisLabel: { color: INK, formatter: said(format), hideOverlap: true } });

const bar = (more = {}) => ({ type: "bar", barMaxWidth: 18, ...more });
const line = (more = {}) => ({ type: "line", symbol: "circle", symbolSize: 4, showAllSymbol: true, lineStyle: { width: 2 }, ...more });

// Lying bars, one for each name: names get a third of the width, and are cut there.
const lying = (data, width, format, more = {}) => ({
  yAxis: names(data.labels, { inverse: true, axisLabel: { color: INK, width: Math.min(200, width / 3), overflow: "truncate" } }),
  xAxis: values(format, more),
});
const standing = (data, format, label = { hideOverlap: true }) => ({ xAxis: names(data.labels, { axisLabel: { color: INK, ...label } }), yAxis: values(format) });
// Names under standing bars: broken between words, and slanted where a single word is wider than its bar has room.
const under = (labels, width) => {
  const room = width / labels.length - 16;
  const longest = Math.max(...labels.flatMap((label) => label.split(" ")).map((word) => word.length));
  return { interval: 0, ...(longest * 7 > room ? { rotate: 35 } : { width: room, overflow: "break" }) };
};
const stacked = (format) => ({ format, frame: (data, width) => lying(data, width, format), series: (one) => bar({ stack: "all" }) });

const KINDS = {
  kept: stacked(whole),
  load: stacked(whole),
  share: {
    format: percent,
    frame: (data, width) => lying(data, width, percent, { min: 0, max: 1 }),
    series: (one) => (one.look === "target" ? { type: "line", symbol: "none", lineStyle: { width: 2, type: "dashed" } } : bar()),
  },
  score: { format: score, frame: (data, width) => lying(data, width, score, { min: 0, max: 5 }), series: (one) => bar() },
  span: { format: hours, frame: (data, width) => standing(data, hours, under(data.labels, width)), series: (one) => bar({ barMaxWidth: 32 }) },
  delay: { format: seconds, frame: (data) => ({ ...standing(data, seconds), yAxis: values(seconds, { minInterval: 1 }) }), series: () => bar() },
  flow: { format: whole, frame: (data) => standing(data, whole), series: () => line({ symbol: "none" }) },
  trend: {
    format: whole,
    frame: (data) => ({ ...standing(data, whole), yAxis: [values(whole), values(percent, { min: 0, max: 1, splitLine: { show: false } })] }),
    series: (one) => (one.look === "share" ? { ...line(), yAxisIndex: 1, tooltip: { valueFormatter: said(percent) } } : bar({ stack: "all" })),
  },
};

function option(kind, data, width) {
  const { format, frame, series } = KINDS[kind];
  return {
    animation: !still,
    aria: { enabled: false },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    color: data.series.map((one) => COLOURS[one.look]),
    grid: { left: 4, right: 18, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 10, textStyle: { color: INK }, selectedMode: false },
    tooltip: { trigger: "axis", confine: true, valueFormatter: said(format), axisPointer: { type: kind === "flow" || kind === "trend" ? "line" : "shadow" } },
    ...frame(data, width),
    series: data.series.map((one) => ({ name: one.name, data: one.values, ...series(one) })),
  };
}

function draw(root) {
  for (const place of root.querySelectorAll("[data-chart]")) {
    if (place.firstChild) continue;
    const data = JSON.parse(document.getElementById(place.dataset.chartSource).textContent);
    const chart = window.charts.init(place);
    const paint = () => chart.setOption(option(place.dataset.chart, data, place.clientWidth));
    paint();
    let width = place.clientWidth;
    const watch = new ResizeObserver(() => {
      if (!place.isConnected) {
        watch.disconnect();
        chart.dispose();
      } else if (place.clientWidth !== width) {
        width = place.clientWidth;
        chart.resize();
        paint();
      }
    });
    watch.observe(place);
  }
}

if (window.charts) draw(document);
else window.addEventListener("charts:ready", () => draw(document), { once: true });
document.body.addEventListener("htmx:afterSettle", () => window.charts && draw(document));
