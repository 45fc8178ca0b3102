// The queue stays current: rows that changed are exchanged one by one, focus and choice stay where they are.

const bulk = document.getElementById("bulk");
const words = bulk.dataset;
const boxes = () => [...document.querySelectorAll('#rows input[name="tickets"]')];

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  bulk.hidden = !chosen;
  bulk.querySelector("[data-count]").textContent = chosen === 1 ? words.one : words.many.replace("%(count)s", chosen);
  for (const box of boxes()) box.closest("tr").classList.toggle("is-chosen", box.checked);
}

function focused(rows) {
  const row = document.activeElement.closest("#rows tr");
  if (!row || !rows.contains(row)) return null;
  const places = [...row.querySelectorAll("a, input")];
  return { key: row.dataset.key, place: places.indexOf(document.activeElement), row };
}

function refocus(rows, was) {
  if (!was || document.activeElement.closest("#rows tr")?.dataset.key === was.key) return;
  const row = [...rows.children].find((each) => each.dataset.key === was.key);
  (row ?? rows.children[Math.min(was.at, rows.children.length - 1)])?.querySelectorAll("a, input")[Math.max(was.place, 0)]?.focus({ preventScroll: true });
}

// Puts `fresh` in place of `rows` with as few touches as possible; answers how many rows are new or other.
export function merge(rows, fresh) {
  const was = focused(rows);
  if (was) was.at = [...rows.children].indexOf(was.row);
  const known = new Map([...rows.children].map((row) => [row.dataset.key, row]));
  const chosen = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  const staying = new Set([...fresh.children].map((row) => row.dataset.key));
  let changed = [...known.keys()].filter((key) => key !== "none" && !staying.has(key)).length;
  const wanted = [...fresh.children].map((row) => {
    const old = known.get(row.dataset.key);
    if (old && old.dataset.version === row.dataset.version) return old;
    changed += row.dataset.version ? 1 : 0;
    row.classList.add("is-fresh");
    return row;
  });
  for (const [place, row] of wanted.entries()) if (rows.children[place] !== row) rows.insertBefore(row, rows.children[place] ?? null);
  while (rows.children.length > wanted.length) rows.lastElementChild.remove();
  rows.dataset.digest = fresh.dataset.digest;
  for (const box of boxes()) box.checked = chosen.has(box.value);
  refocus(rows, was);
  count();
  return changed;
}

let fading;
function tell(changed) {
  const news = document.getElementById("queue-news");
  if (!changed || !news) return;
  news.textContent = news.dataset[changed === 1 ? "one" : "many"].replace("%(count)s", changed);
  clearTimeout(fading);
  fading = setTimeout(() => (news.textContent = ""), 8000);
}

document.body.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.id === "rows") parameters.shown = elt.dataset.digest;
  else for (const [name, value] of [...parameters.entries()]) if (value === "") parameters.delete(name);
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "rows" || event.detail.xhr.status !== 200) return;
  event.detail.shouldSwap = false;
  const page = document.createElement("template");
  page.innerHTML = event.detail.serverResponse;
  const fresh = page.content.querySelector("#rows");
  if (fresh) tell(merge(event.detail.target, fresh));
});

document.addEventListener("change", (event) => event.target.name === "tickets" && count());
bulk.addEventListener("reset", () => {
  for (const box of boxes()) box.checked = false;
  count();
});
document.body.addEventListener("htmx:afterSettle", count);
window.addEventListener("pageshow", count);
count();
