// A checklist item that could not be saved says so at its place, until it is; the button below saves all of it again.
// What is not in order needs a note: its field opens.
document.addEventListener("change", ({ target }) => {
  if (target.value !== "failed" || !target.checked) return;
  const more = target.closest("[data-item]").querySelector(".item-more");
  more.open = true;
});

const item = (event) => event.target.closest?.("[data-item]");

function unsaved(event) {
  const place = item(event);
  if (!place) return;
  place.classList.add("is-unsaved");
  const mark = place.querySelector(".item-saved");
  mark.classList.add("item-refused");
  mark.textContent = place.closest("form").dataset.unsaved;
}

document.body.addEventListener("htmx:sendError", unsaved);
document.body.addEventListener("htmx:responseError", unsaved);
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) item(event)?.classList.remove("is-unsaved");
});
