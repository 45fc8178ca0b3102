// The workspace: forms that open where one looks, colleagues found after an @, the place found by the device.

const box = () => document.getElementById("comment-text");

// "Contact the customer" leads into the box.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href="#comment-text"]');
  if (!link || !box()) return;
  event.preventDefault();
  box().scrollIntoView({ block: "center" });
  box().focus();
});

// A form that was asked for gets the focus; the menu it came from closes.
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "do") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  const place = document.getElementById("do");
  place.scrollIntoView({ block: "nearest" });
  (place.querySelector("input:not([type=hidden]), textarea, select, .suggestion") ?? place).focus({ preventScroll: true });
});

// What has just been shown in the record has been seen, if anybody is there to see it.
document.body.addEventListener("htmx:afterSettle", () => {
  const seen = document.getElementById("record")?.dataset.seen;
  if (document.hidden || !seen) return;
  for (const field of document.querySelectorAll('form input[name="seen"]')) field.value = seen;
});

// Ctrl+Enter sends what is written.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) event.target.form?.requestSubmit();
});

// --- @ and a name -------------------------------------------------------------------------------------
const AT = /@([^\s@,，。;；:：]*)$/;

function mentions(frame) {
  const area = frame.querySelector("textarea");
  const list = document.createElement("ul");
  Object.assign(list, { className: "mentions", id: `${area.id}-people`, hidden: true, role: "listbox", ariaLabel: frame.dataset.mentionsLabel });
  frame.append(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let asked = 0;

  const options = () => [...list.children];
  const chosen = () => options().findIndex((option) => option.ariaSelected === "true");
  const choose = (at) => {
    for (const [place, option] of options().entries()) option.ariaSelected = String(place === at);
    if (options()[at]) area.setAttribute("aria-activedescendant", options()[at].id);
    else area.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    choose(-1);
  };
  const take = (option) => {
    const start = area.value.slice(0, area.selectionStart).replace(AT, `@${option.dataset.mention} `);
    area.value = start + area.value.slice(area.selectionStart);
    area.setSelectionRange(start.length, start.length);
    area.focus();
    close();
  };

  async function ask() {
    const found = AT.exec(area.value.slice(0, area.selectionStart));
    const round = ++asked;
    if (!found) return close();
    const answer = await fetch(`${frame.dataset.mentions}?q=${encodeURIComponent(found[1])}`);
    if (!answer.ok || round !== asked) return;
    const { people } = await answer.json();
    list.replaceChildren(
      ...people.map((person, place) => {
        const option = document.createElement("li");
        Object.assign(option, { role: "option", id: `${list.id}-${place}`, textContent: `${person.name} · ${person.about}` });
        option.dataset.mention = person.mention;
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => take(option));
        return option;
      }),
    );
    list.hidden = !people.length;
    list.style.top = `${area.offsetTop + area.offsetHeight}px`;
    choose(people.length ? 0 : -1);
  }

  area.addEventListener("input", ask);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose((chosen() + step + options().length) % options().length);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && options()[chosen()]) take(options()[chosen()]);
    else return;
    event.preventDefault();
  });
}

for (const frame of document.querySelectorAll("[data-mentions]")) mentions(frame);
