// Makes reporting quick: the keyboard leads from the search to the place, files are listed and weighed before they travel.

const form = document.querySelector("[data-report]");
const search = form.querySelector("#find");
const places = () => [...form.querySelectorAll("#places input[type=radio]")];

// What the list shows now; Enter that comes before the answer waits for it, or it would choose from the old list.
let shown = search.value;
let waiting = false;

function choose() {
  const found = places();
  const radio = found.find((each) => !each.checked) ?? found[0]; // the one chosen before stands first
  if (!radio) return;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault(); // Enter looks for a place, it does not send the report
  if (search.value === shown) choose();
  else waiting = true;
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "places") return;
  shown = new URL(event.detail.xhr.responseURL).searchParams.get("find");
  if (!waiting || shown !== search.value) return;
  waiting = false;
  choose();
});

// What was chosen, by name and size: the browser itself says only how many.
const MEGABYTE = 1024 * 1024;
const input = form.querySelector('input[type="file"]');
const list = document.createElement("ul");
list.className = "chosen-files";
list.setAttribute("aria-live", "polite");
input.insertAdjacentElement("afterend", list);
input.addEventListener("change", () => {
  const files = [...input.files];
  list.replaceChildren(
    ...files.map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} · ${file.size < MEGABYTE ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / MEGABYTE).toFixed(1)} MB`}`;
      return item;
    }),
  );
});
