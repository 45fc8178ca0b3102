// A visit on a phone: what is pressed is kept until the server has it. Every form works without this, as long as there is network.

import * as queue from "./visits-queue.js";

const words = JSON.parse(document.getElementById("visit-words").textContent);
const { person, token } = words;
const visit = document.querySelector("[data-visit]")?.dataset.visit ?? "";
const box = document.querySelector("[data-waiting]");
const AGAIN = 20_000;
const WHERE = { enableHighAccuracy: true, timeout: 5000, maximumAge: 60_000 };
let touched = false;
let corrected = null;

// --- Pages that can be read without network ------------------------------------------------------
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(words.worker).catch(() => {});
  const wanted = [...document.querySelectorAll("a[data-keep]")].map((link) => link.pathname);
  // What the worker has brought it has kept; a page that was there before it is asked for once more.
  if (!performance.getEntriesByType("navigation")[0]?.workerStart) wanted.unshift(location.pathname);
  navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ keep: wanted }));
}

// --- What waits ------------------------------------------------------------------------------------
function line(entry) {
  const row = document.createElement("li");
  const head = document.createElement("strong");
  head.textContent = entry.label;
  const when = document.createElement("span");
  when.className = "text-secondary";
  when.textContent = ` ${new Date(entry.at).toLocaleString(document.documentElement.lang)}`;
  row.append(head, when);
  if (entry.said) row.append(paragraph(entry.said, "waiting-words"));
  if (entry.files.length) row.append(paragraph(words.photos.replace("%(count)s", entry.files.length), "text-secondary"));
  if (!entry.refused) return row;
  row.append(paragraph(entry.refused, "field-error"));
  const tools = document.createElement("div");
  tools.className = "waiting-tools";
  if (formOf(entry)) tools.append(button(words.edit, () => edit(entry)));
  else if (entry.visit !== visit) tools.append(leadTo(entry));
  tools.append(button(words.again, () => queue.put({ ...entry, refused: "" }).then(flush)));
  tools.append(button(words.drop, () => window.confirm(words.sure) && queue.remove(entry.id).then(show)));
  row.append(tools);
  return row;
}

function paragraph(text, look) {
  const part = document.createElement("p");
  part.className = `${look} mb-1`;
  part.textContent = text;
  return part;
}

function button(text, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "btn btn-touch", textContent: text });
  made.addEventListener("click", act);
  return made;
}

function leadTo(entry) {
  const link = document.createElement("a");
  Object.assign(link, { className: "btn btn-touch", href: entry.page, textContent: words.open });
  return link;
}

async function show() {
  const entries = await queue.of(person);
  const waiting = entries.filter((entry) => !entry.refused);
  const refused = entries.filter((entry) => entry.refused);
  if (box) {
    box.hidden = !entries.length;
    box.querySelector("[data-count]").textContent = words.waiting.replace("%(count)s", waiting.length);
    box.querySelector("[data-pending]").hidden = !waiting.length;
    box.querySelector("[data-refused]").hidden = !refused.length;
    box.querySelector("ul").replaceChildren(...entries.map(line));
  }
  arrange(waiting.filter((entry) => entry.visit === visit));
}

// What was pressed already steps back, what comes after it comes forward: the page was made before.
function arrange(waiting) {
  const pressed = new Set(waiting.map((entry) => entry.step));
  const journey = [...document.querySelectorAll("[data-step]")].filter((step) => step.dataset.journey);
  const main = journey.find((step) => step.dataset.main);
  const coming = journey.filter((step) => step.dataset.journey !== "beside");
  let next = main;
  if (main && pressed.has(main.dataset.step)) next = coming.slice(coming.indexOf(main) + 1).find((step) => !pressed.has(step.dataset.step));
  for (const step of journey) {
    step.classList.toggle("is-next", step === next);
    step.classList.toggle("is-pressed", pressed.has(step.dataset.step) && step !== next);
    if (step === next && next !== main) step.open = true;
    if (step === main && next !== main) step.open = false;
  }
}

async function flush() {
  const { state, taken } = await queue.send(person, token);
  say(state);
  await show();
  if (taken && !touched && !(await queue.of(person)).some((entry) => entry.refused && entry.visit === visit)) location.reload();
}

function say(state) {
  const told = { offline: words.offline, "logged out": words.loggedOut }[state] ?? "";
  const place = box?.querySelector("[data-state]");
  if (!place) return;
  place.textContent = told;
  place.hidden = !told;
  box.querySelector("[data-login]").hidden = state !== "logged out";
}

// --- Pressing ----------------------------------------------------------------------------------------
function formOf(entry) {
  return entry.visit === visit && document.querySelector(`form[data-queue="${entry.step}"]`);
}

// Where the phone is, if it says so in time; without it goes as well.
function position() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    const late = setTimeout(() => resolve(null), WHERE.timeout + 500);
    const done = (found) => {
      clearTimeout(late);
      resolve(found);
    };
    navigator.geolocation.getCurrentPosition(({ coords }) => done(coords), () => done(null), WHERE);
  });
}

async function press(form, submitter) {
  const at = new Date().toISOString();
  if (submitter) submitter.disabled = true;
  if (form.dataset.locate !== undefined) {
    const found = await position();
    if (found) for (const name of ["latitude", "longitude", "accuracy"]) form.elements[name].value = found[name];
  }
  const data = [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "key", "on_device_at"].includes(name));
  const typed = [...form.querySelectorAll("textarea, input[type=text]")].map((field) => field.value).filter(Boolean);
  const entry = {
    key: crypto.randomUUID(),
    person,
    visit,
    page: location.pathname,
    step: form.dataset.queue,
    label: form.dataset.label,
    said: typed.join(" · "),
    url: new URL(form.action).pathname,
    at,
    fields: data.filter(([, value]) => typeof value === "string"),
    files: data.filter(([, value]) => typeof value !== "string" && value.size),
    refused: "",
  };
  await queue.add(entry);
  if (corrected) await queue.remove(corrected);
  corrected = null;
  touched = false;
  form.reset();
  if (submitter) submitter.disabled = false;
  await show();
  await flush();
}

// What was refused goes back into its form; it stays in the queue until it is pressed again.
function edit(entry) {
  const form = formOf(entry);
  form.reset();
  for (const [name, value] of entry.fields) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
  const input = form.querySelector("input[type=file]");
  if (input && entry.files.length) {
    const given = new DataTransfer();
    for (const [, file] of entry.files) given.items.add(file);
    input.files = given.files;
  }
  corrected = entry.id;
  const step = form.closest("details");
  if (step) step.open = true;
  form.querySelector("textarea, input:not([type=hidden]), button")?.focus();
}

document.addEventListener("input", ({ target }) => target.form?.dataset.queue && (touched = true));
// Before the frame's own guard against a double click, which would let a form be sent only once.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.dataset.queue || form.dataset.plain || !window.indexedDB || !crypto.randomUUID) return;
    event.preventDefault();
    event.stopPropagation();
    press(form, event.submitter).catch(() => {
      // No room in this browser: sent as any form is.
      form.dataset.plain = "yes";
      form.submit();
    });
  },
  true,
);
addEventListener("online", flush);
addEventListener("pageshow", (event) => event.persisted && show());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
setInterval(flush, AGAIN);
show().then(flush).catch(() => {});
