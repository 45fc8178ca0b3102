// Counts the clocks of promises down and keeps "3 min ago" true; the words are the server's own.

const words = JSON.parse(document.getElementById("desk-words").textContent);
const skew = Date.parse(document.body.dataset.now) - Date.now();
const sizes = [86400, 3600, 60, 1];

const say = (key, span) => words[key].replace("%(span)s", span);

export function spell(seconds, parts = 2) {
  let left = Math.abs(Math.trunc(seconds));
  const first = sizes.findIndex((size) => left >= size);
  const said = [];
  for (const size of sizes.slice(first < 0 ? -1 : first).slice(0, parts)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count || !said.length) said.push(words[size].replace("%(count)s", count));
    if (!left) break;
  }
  return said.join(" ");
}

export const serverNow = () => Date.now() + skew;

const looks = { ok: "clock", risk: "alert-triangle", late: "alert-octagon" };

function recolour(chip, tone) {
  if (chip.classList.contains(`chip-${tone}`)) return;
  chip.classList.remove(...Object.keys(looks).map((name) => `chip-${name}`));
  chip.classList.add(`chip-${tone}`);
  const use = chip.querySelector("use");
  if (use) use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${looks[tone]}`);
}

function tickClock(chip, now) {
  const left = Math.round((Date.parse(chip.dataset.due) - now) / 1000);
  const late = left < 0 || chip.dataset.state === "missed";
  const warned = chip.dataset.warnAt && now >= Date.parse(chip.dataset.warnAt);
  recolour(chip, late ? "late" : warned ? "risk" : "ok");
  const text = say(late ? "late" : "left", spell(left));
  const place = chip.querySelector(".clock-left");
  if (place.textContent !== text) place.textContent = text;
}

function tickMoment(place, now) {
  const seconds = Math.round((Date.parse(place.closest("time").dateTime) - now) / 1000);
  const text = Math.abs(seconds) < 60 ? words.now : say(seconds > 0 ? "ahead" : "ago", spell(seconds, 1));
  if (place.textContent !== text) place.textContent = text;
}

function tick() {
  const now = serverNow();
  for (const chip of document.querySelectorAll(".clock[data-due]")) tickClock(chip, now);
  for (const place of document.querySelectorAll('time [data-show="relative"], time[data-show="relative"]')) tickMoment(place, now);
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.body.addEventListener("htmx:afterSettle", tick);
