// What is typed in a call is kept: at once in the browser, shortly after on the server. Without network the browser's copy waits.
const form = document.querySelector("[data-draft]");

function typed() {
  const kept = {};
  for (const [name, value] of new FormData(form)) if (name !== "csrfmiddlewaretoken") kept[name] = value;
  return kept;
}

function fill(kept) {
  for (const [name, value] of Object.entries(kept)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
      else field.value = value;
    }
  }
}

function start() {
  const place = `call-${form.dataset.person}-${form.dataset.draft}`;
  const mark = form.querySelector("[data-saved]");
  let waiting = 0;

  async function send() {
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(answer.status);
      localStorage.removeItem(place);
      mark.textContent = mark.dataset.saved;
    } catch {
      mark.textContent = mark.dataset.waits;
    }
  }

  function keep() {
    localStorage.setItem(place, JSON.stringify(typed()));
    clearTimeout(waiting);
    waiting = setTimeout(send, 700);
  }

  const left = localStorage.getItem(place);
  if (left) {
    fill(JSON.parse(left));
    send();
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    localStorage.removeItem(place);
  });
  window.addEventListener("online", () => localStorage.getItem(place) && send());
}

if (form) start();
