// What was pressed on a phone and waits to be sent: kept in the browser until the server has it, in its order, each once.
// An entry: {id, key, person, visit, step, label, url, at, fields: [[name, value]], files: [[name, file]], refused}.

const STORE = "waiting";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("visits", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const round = database.transaction(STORE, mode);
      const asked = work(round.objectStore(STORE));
      round.oncomplete = () => resolve(asked.result);
      round.onerror = round.onabort = () => reject(round.error);
    });
  } finally {
    database.close();
  }
}

export const add = (entry) => inStore("readwrite", (store) => store.add(entry));
export const put = (entry) => inStore("readwrite", (store) => store.put(entry));
export const remove = (id) => inStore("readwrite", (store) => store.delete(id));

export async function of(person) {
  const all = await inStore("readonly", (store) => store.getAll());
  return all.filter((entry) => entry.person === person);
}

// Who is logged in, and a fresh key; "offline" or "logged out" where there is none to be had.
async function pass(address) {
  let answer;
  try {
    answer = await fetch(address, { cache: "no-store", redirect: "manual", headers: { Accept: "application/json" } });
  } catch {
    return "offline";
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "logged out";
  return answer.ok ? answer.json() : "offline";
}

// Sends what waits, oldest first; answers how it ended and how many were taken.
export async function send(person, address) {
  const work = async () => {
    const waiting = (await of(person)).filter((entry) => !entry.refused);
    if (!waiting.length) return { state: "empty", taken: 0 };
    const given = await pass(address);
    if (typeof given === "string") return { state: given, taken: 0 };
    if (given.person !== person) return { state: "logged out", taken: 0 };
    let taken = 0;
    for (const entry of waiting) {
      const state = await sendOne(entry, given.csrf);
      if (state === "taken") taken += 1;
      else if (state !== "refused") return { state, taken };
    }
    return { state: "done", taken };
  };
  // One at a time, however many tabs are open; the server's own check makes it exactly once where locks are missing.
  return navigator.locks ? navigator.locks.request("visits-queue", work) : work();
}

async function sendOne(entry, csrf) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const [name, file] of entry.files) body.append(name, file, file.name);
  body.set("key", entry.key);
  body.set("on_device_at", entry.at);
  let answer;
  try {
    answer = await fetch(entry.url, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { Accept: "application/json", "X-CSRFToken": csrf },
    });
  } catch {
    return "offline";
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) return "logged out";
  if (answer.status >= 500 || answer.status === 429) return "offline";
  const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (answer.ok && said.taken) {
    await remove(entry.id);
    return "taken";
  }
  await put({ ...entry, refused: said.refused || said.detail || `${answer.status} ${answer.statusText}` });
  return "refused";
}
