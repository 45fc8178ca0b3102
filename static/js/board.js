// The dispatch board: cards and visits are dragged onto a line, or moved by keys; everything is sent to the page that does it without a script.

const QUARTER = 15 * 60;
const dialog = document.getElementById("schedule");
const board = () => document.getElementById("board");
const narrow = matchMedia("(max-width: 767.98px)");
const pad = (number) => String(number).padStart(2, "0");

// The hours before the office opens are there, but one begins where work is: an hour ago today, else in the morning.
function scrollToWork() {
  const scroll = document.querySelector(".board-scroll");
  const ticks = document.querySelector(".board-ticks");
  if (!scroll || !ticks) return;
  const { at, until, morning, now } = board().dataset;
  const from = now ? Number(now) - 3600 : Number(morning);
  scroll.scrollLeft = ((from - at) / (until - at)) * ticks.clientWidth;
}
scrollToWork();

let drag = null;
let shown = "";
let scrolled = null;

// --- Sending --------------------------------------------------------------------------------------

function send(item, values) {
  const all = { minutes: item.dataset.minutes, seen: item.dataset.seen ?? "", ...values };
  htmx.ajax("POST", item.dataset.url, { source: document.body, target: "#schedule-part", swap: "innerHTML", values: all });
}
function ask(address) {
  htmx.ajax("GET", address, { source: document.body, target: "#schedule-part", swap: "innerHTML" });
}
const iso = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19) + "Z";

// What comes back with something to say opens the form; what was done closes it.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.id === "schedule-part" && xhr.status === 422) Object.assign(event.detail, { shouldSwap: true, isError: false });
  if (target.id !== "board") return;
  if (drag || xhr.status === 204) event.detail.shouldSwap = false;
  else {
    shown = xhr.getResponseHeader("X-Board") ?? "";
    const scroll = document.querySelector(".board-scroll");
    scrolled = [scroll?.scrollLeft ?? 0, document.querySelector(".waiting-cards")?.scrollTop ?? 0];
  }
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "schedule-part" && !dialog.open) dialog.showModal();
  if (event.detail.target.id === "schedule-part") document.querySelector("#schedule-part [data-focus], #schedule-part .is-invalid, #slot-lead")?.focus();
  if (!scrolled || !document.querySelector(".board-scroll")) return;
  document.querySelector(".board-scroll").scrollLeft = scrolled[0];
  const cards = document.querySelector(".waiting-cards");
  if (cards) cards.scrollTop = scrolled[1];
});
document.body.addEventListener("board-changed", () => dialog.open && dialog.close());
document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "board" && event.detail.verb === "get" && event.detail.path.includes("/board/")) event.detail.headers["X-Board"] = shown;
});
// Nothing is exchanged under somebody's hand.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target.id === "board" && drag) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#schedule [data-close]") || event.target === dialog) {
    event.preventDefault();
    dialog.close();
    return;
  }
  const item = event.target.closest("[data-drag]");
  if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!item.dataset.dropped) ask(item.dataset.url);
  delete item.dataset.dropped;
});
document.addEventListener("change", (event) => event.target.closest(".board-filter")?.requestSubmit());

// --- Dragging: pointer events, so that a finger does it as well -------------------------------------

const HOLD = 300;
const FAR = 6;

function place(event) {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const waiting = under?.closest("[data-drop]");
  if (waiting) return { waiting };
  const line = under?.closest("[data-engineer]");
  if (!line) return null;
  const day = under.closest("[data-day]");
  if (day) return { line, day };
  if (narrow.matches) return { line };  // a list has no hours: the form asks for the time
  const track = line.querySelector("[data-track]");
  const box = track?.getBoundingClientRect();
  if (!box || event.clientX < box.left - 8) return null;
  const from = Number(board().dataset.at);
  const until = Number(board().dataset.until);
  const exact = from + ((event.clientX - drag.grip - box.left) / box.width) * (until - from);
  const start = Math.round(exact / QUARTER) * QUARTER;
  return { line, track, start: Math.min(Math.max(start, from), until - QUARTER), from, until };
}

function clear() {
  for (const one of document.querySelectorAll(".is-target")) one.classList.remove("is-target");
  document.querySelector(".slot-here")?.remove();
}

function clock(start) {
  // The labels of the hours say what the wall shows; minutes follow from how far along the line it is.
  const at = new Date(start * 1000);
  const zone = Number(board().dataset.offset) * 1000;
  const wall = new Date(at.getTime() + zone);
  return `${pad(wall.getUTCHours())}:${pad(wall.getUTCMinutes())}`;
}

function show(event) {
  clear();
  drag.at = place(event);
  drag.ghost.style.transform = `translate(${event.clientX + 14}px, ${event.clientY + 14}px)`;
  const { at, item } = drag;
  let words = item.dataset.label;
  if (at?.waiting && item.dataset.start) at.waiting.classList.add("is-target");
  if (at?.line) {
    (at.day ?? at.line).classList.add("is-target");
    words = at.line.dataset.name;
  }
  if (at?.track) {
    const length = Number(item.dataset.minutes) * 60;
    const here = document.createElement("span");
    here.className = "slot-here";
    here.style.setProperty("--x", `${(100 * (at.start - at.from)) / (at.until - at.from)}%`);
    here.style.setProperty("--w", `${(100 * Math.min(length, at.until - at.start)) / (at.until - at.from)}%`);
    at.track.append(here);
    words = `${at.line.dataset.name} · ${clock(at.start)}–${clock(at.start + length)}`;
  }
  drag.ghost.textContent = words;
}

function begin(event) {
  const { item } = drag;
  drag.active = true;
  drag.grip = item.matches(".bar") && item.closest("[data-track]") ? drag.x - item.getBoundingClientRect().left : 0;
  drag.ghost = document.createElement("div");
  drag.ghost.className = "slot-ghost";
  item.dataset.label = item.querySelector(".wait-where, .bar-words").textContent;
  document.body.append(drag.ghost);
  document.body.classList.add("is-dragging");
  item.classList.add("is-dragged");
  show(event);
}

function end({ drop }) {
  if (!drag) return;
  const { item, at, active, ghost, timer } = drag;
  clearTimeout(timer);
  drag = null;
  if (!active) return;
  clear();
  ghost.remove();
  item.classList.remove("is-dragged");
  document.body.classList.remove("is-dragging");
  item.dataset.dropped = "yes";
  setTimeout(() => delete item.dataset.dropped, 50);
  if (drop && at) land(item, at);
}

function land(item, { waiting, line, day, start }) {
  if (waiting) {
    if (item.dataset.start) send(item, { lead: "", starts_at: "" });
    return;
  }
  const lead = line.dataset.engineer;
  if (!day && start === undefined) return ask(`${item.dataset.url}?${new URLSearchParams({ lead })}`);
  if (!day) return send(item, { lead, starts_at: iso(start) });
  const from = Number(day.dataset.day);
  const old = item.closest("[data-day]");
  if (old && item.dataset.start) return send(item, { lead, starts_at: iso(from + Number(item.dataset.start) - Number(old.dataset.day)) });
  ask(`${item.dataset.url}?${new URLSearchParams({ lead, starts_at: iso(from + 9 * 3600) })}`);
}

document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest("[data-drag]");
  if (!item || event.button !== 0 || drag) return;
  drag = { item, x: event.clientX, y: event.clientY, pointer: event.pointerId, grip: 0 };
  // A finger that stays a moment lifts the card; one that moves at once scrolls the page.
  if (event.pointerType === "touch") drag.timer = setTimeout(() => drag && !drag.active && begin(event), HOLD);
});
document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  const moved = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
  if (!drag.active && moved > FAR) {
    if (event.pointerType === "touch") return end({ drop: false });
    begin(event);
  }
  if (drag?.active) show(event);
});
document.addEventListener("pointerup", () => end({ drop: true }));
document.addEventListener("pointercancel", () => end({ drop: false }));
document.addEventListener("touchmove", (event) => drag?.active && event.preventDefault(), { passive: false });
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-drag]") && event.preventDefault());
document.addEventListener("contextmenu", (event) => drag?.active && event.preventDefault());

// --- Keys -------------------------------------------------------------------------------------------

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function neighbour(item, [x, y]) {
  if (item.matches(".wait")) {
    const cards = [...document.querySelectorAll(".wait")];
    return x > 0 ? document.querySelector("[data-bar]") : cards[cards.indexOf(item) + (y || x)];
  }
  const lines = [...document.querySelectorAll("[data-engineer]")].map((line) => [...line.querySelectorAll("[data-bar]")]).filter((bars) => bars.length);
  const row = lines.findIndex((bars) => bars.includes(item));
  if (x) return lines[row][lines[row].indexOf(item) + x] ?? (x < 0 ? document.querySelector(".wait") : null);
  const left = item.getBoundingClientRect().left;
  return lines[row + y]?.reduce((near, bar) => (Math.abs(bar.getBoundingClientRect().left - left) < Math.abs(near.getBoundingClientRect().left - left) ? bar : near));
}

// The next engineer, or a quarter of an hour (in the week: a day).
function shift(item, [x, y]) {
  const line = item.closest("[data-engineer]");
  const people = [...document.querySelectorAll("[data-engineer]")];
  const lead = people[people.indexOf(line) + y]?.dataset.engineer;
  const step = item.closest("[data-day]") ? 24 * 3600 : QUARTER;
  if (!lead) return;
  const start = Number(item.dataset.start) + x * step;
  refocus = `bar-${item.id.split("-")[1]}-${lead}`;
  send(item, { lead, starts_at: iso(start) });
}

let refocus = "";
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "board" || !refocus) return;
  document.getElementById(refocus)?.focus({ preventScroll: true });
  refocus = "";
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) return end({ drop: false });
  const item = event.target.closest?.(".wait, [data-bar]");
  const step = STEPS[event.key];
  if (!item || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (!event.shiftKey) neighbour(item, step)?.focus();
  else if (item.dataset.start) shift(item, step);
});

