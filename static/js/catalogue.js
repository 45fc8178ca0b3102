// Questions appear as the answers before them ask for it, what it costs follows the chosen place, progress is drawn as bars.
// Without this script every question is shown, and the server leaves out what is not asked.

const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function answers(place, name) {
  const named = [...place.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  return named.filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked).map((one) => (one.value === "on" ? "yes" : one.value));
}

function show(place) {
  for (const asked of place.querySelectorAll("[data-shown-when]")) {
    const holder = [...place.querySelectorAll(".asked")].find((one) => one.querySelector(`[name="${CSS.escape(asked.dataset.shownWhen)}"]`));
    const said = holder && !holder.hidden ? answers(place, asked.dataset.shownWhen) : [];
    asked.hidden = !JSON.parse(asked.dataset.shownIs).some((value) => said.includes(value));
  }
}

async function cost(form) {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && !name.startsWith("kept-")) asked.append(name, value);
  }
  const answer = await fetch(`${form.dataset.terms}?${asked}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  const place = document.getElementById("terms");
  if (answer?.ok && place) place.outerHTML = await answer.text();
}

for (const place of document.querySelectorAll("[data-catalogue]")) {
  show(place);
  place.addEventListener("change", (event) => {
    show(place);
    if (place.dataset.terms && event.target.matches("select, [type=checkbox]")) cost(place);
  });
}

function draw() {
  for (const place of document.querySelectorAll('[data-chart="progress"]')) {
    const { labels, series } = JSON.parse(document.getElementById(place.dataset.chartSource).textContent);
    const chart = window.charts.init(place);
    chart.setOption({
      animation: !still,
      aria: { enabled: false },
      color: ["#2747b0"],
      grid: { left: 8, right: 16, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", confine: true },
      xAxis: { type: "value", minInterval: 1 },
      yAxis: { type: "category", data: labels, inverse: true, axisLabel: { width: 130, overflow: "truncate" } },
      series: series.map(({ name, values }) => ({ name, data: values, type: "bar", barMaxWidth: 14 })),
    });
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

if (window.charts) draw();
else window.addEventListener("charts:ready", draw, { once: true });
