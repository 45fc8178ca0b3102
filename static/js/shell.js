// The behaviour of the frame. Every page works without it.

const words = JSON.parse(document.getElementById("desk-words").textContent);

document.documentElement.classList.add("js");

// On a narrow screen the bar scrolls: show where one is.
document.querySelector(".mainnav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Menus are <details>: close them on a click elsewhere and on Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// data-confirm on a form or button: ask first.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
// A form sent twice by a double click is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// data-guard on a form: do not lose what was typed.
const touched = new Set();
document.addEventListener("input", (event) => event.target.form?.matches("[data-guard]") && touched.add(event.target.form));
document.addEventListener("submit", (event) => touched.delete(event.target));
window.addEventListener("beforeunload", (event) => touched.size && event.preventDefault());

// data-copy="#id" on a button: copy that element's text.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  notify(words.copied, "success");
});

// data-print on a button: print the page.
document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());

// data-submit-on-change on a select: send its form.
document.addEventListener("change", (event) => event.target.matches("[data-submit-on-change]") && event.target.form.requestSubmit());

// After a refused form the list of what is wrong is read first.
document.querySelector("[data-focus]")?.focus();

// Tells something in the corner; the server does so with the answer header HX-Trigger: {"notify": {"text", "level"}}.
export function notify(text, level = "info") {
  const notice = document.createElement("div");
  notice.className = `alert alert-${level === "error" ? "danger" : level}`;
  const body = document.createElement("div");
  body.textContent = text;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "notice-close", textContent: "×", ariaLabel: words.close });
  close.addEventListener("click", () => notice.remove());
  notice.append(body, close);
  document.getElementById("notices").append(notice);
  if (level === "success" || level === "info") setTimeout(() => notice.remove(), 6000);
}
document.body.addEventListener("notify", (event) => notify(event.detail.text, event.detail.level));
document.body.addEventListener("htmx:sendError", () => notify(words.offline, "warning"));
document.body.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403) notify(words.refused, "warning");
  else if (status >= 500) notify(words.broken, "error");
});
