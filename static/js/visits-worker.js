// Keeps the visits of who is logged in readable without network: their own pages and nothing else, for one person at a time.
// The server marks what may be kept with the header X-Kept-For and the person's number; who logs out leaves nothing behind.

const { assets, offline, login, logout, version } = self.KEPT;
const DRAWN = `visits-drawn-${version}`;
const PAGES = "visits-pages";
const OWNER = "/visits/owner";
const IS_PAGE = /^\/visits\/(mine\/|\d+\/)$/;
const LOOSE = { ignoreVary: true };
const PATIENCE = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(DRAWN)
      .then((cache) => cache.addAll([...assets, offline]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("visits-drawn-") && name !== DRAWN).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(logout) || url.pathname.startsWith(login)) event.waitUntil(caches.delete(PAGES));
  else if (request.method === "GET" && IS_PAGE.test(url.pathname)) event.respondWith(page(event, url.pathname));
  else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(drawn(event));
});

// Pages that were opened before this worker was there, and those that are likely to be opened next.
self.addEventListener("message", (event) => {
  const wanted = (event.data?.keep ?? []).filter((path) => IS_PAGE.test(path));
  const kept = (path) => fetch(path, { redirect: "manual", headers: { Accept: "text/html" } }).then((answer) => later(answer, path));
  event.waitUntil(Promise.all(wanted.map((path) => kept(path).catch(() => {}))));
});

// From the network while it answers; what it has answered before when it does not.
async function page(event, path) {
  try {
    const answer = await soon(fetch(event.request));
    event.waitUntil(later(answer.clone(), path));
    return answer;
  } catch {
    const pages = await caches.open(PAGES);
    return (await pages.match(path, LOOSE)) ?? (await caches.match(offline, LOOSE)) ?? Response.error();
  }
}

// One after the other: two that both find another owner would throw away what the other has kept.
let turn = Promise.resolve();
const later = (answer, path) => (turn = turn.then(() => keep(answer, path)).catch(() => {}));

async function keep(answer, path) {
  const person = answer.headers.get("X-Kept-For");
  if (answer.redirected || !answer.ok || !person) {
    // These pages lead nowhere else than to the log-in: the session is over.
    if (answer.redirected || answer.type === "opaqueredirect") await caches.delete(PAGES);
    else if (answer.status < 500) await (await caches.open(PAGES)).delete(path); // theirs no longer
    return;
  }
  let pages = await caches.open(PAGES);
  const owner = await (await pages.match(OWNER))?.text();
  if (owner !== person) {
    await caches.delete(PAGES);
    pages = await caches.open(PAGES);
    await pages.put(OWNER, new Response(person));
  }
  await pages.put(path, answer);
}

async function drawn(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok) {
      const copy = answer.clone();
      event.waitUntil(caches.open(DRAWN).then((cache) => cache.put(event.request, copy)));
    }
    return answer;
  } catch {
    return (await caches.match(event.request, LOOSE)) ?? Response.error();
  }
}

// A network that hangs is no network.
function soon(answer) {
  return Promise.race([answer, new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE))]);
}
