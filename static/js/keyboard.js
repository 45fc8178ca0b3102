// Shortcuts of a list: j k o x a / ?. They move the focus, so Enter, Tab and screen readers work as ever.

const help = document.getElementById("keys");
const opener = document.querySelector("[data-keys-help]");
const onoff = help.querySelector("[data-keys-on]");
const STORE = "desk-keys";

const links = () => [...document.querySelectorAll("[data-keys-list] [data-open]")];
const current = () => {
  const row = document.activeElement.closest("[data-keys-list] tr");
  return row ? row.querySelector("[data-open]") : null;
};

function step(by) {
  const all = links();
  const at = all.indexOf(current());
  const next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function tick(row) {
  const box = row?.querySelector('input[type="checkbox"]');
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  o: () => current()?.click(),
  x: () => tick(current()?.closest("tr")),
  a: () => {
    if (!document.querySelector("[data-keys-list] input:checked")) tick(current()?.closest("tr"));
    const place = document.querySelector("[data-assign]");
    if (place && !place.closest("[hidden]")) place.focus();
  },
  "/": () => document.querySelector('main input[type="search"]')?.focus(),
  "?": () => help.showModal(),
};

const typing = (place) => place.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target.type === "search") event.target.blur();
    return;
  }
  // Single letters get in the way of speech input: they can be switched off.
  const act = event.key === "?" || onoff.checked ? keys[event.key] : null;
  if (!act) return;
  event.preventDefault();
  act();
});

onoff.checked = localStorage.getItem(STORE) !== "off";
onoff.addEventListener("change", () => localStorage.setItem(STORE, onoff.checked ? "on" : "off"));
if (opener) {
  opener.addEventListener("click", () => help.showModal());
}
