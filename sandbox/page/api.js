// Talking to the sandbox: requests in order, and its stream of events.

import { t } from "./words.js";

async function request(path, options) {
  let response;
  try {
    response = await fetch(`/sandbox/${path}`, options);
  } catch {
    throw new Error(t("errorOffline"));
  }
  const body = await response.text();
  let answer = {};
  try {
    answer = body ? JSON.parse(body) : {};
  } catch {
    if (response.ok) throw new Error(body.slice(0, 200));
  }
  if (!response.ok) {
    throw new Error(answer.detail ?? answer.error ?? answer.title ?? `${response.status} ${body.slice(0, 200)}`.trim());
  }
  return answer;
}

export const get = (path) => request(path, { headers: { accept: "application/json" } });

// One after the other: two quick messages must arrive in the order they were typed.
let last = Promise.resolve();
const inTurn = (work) => {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
};

export const post = (path, value = {}) =>
  inTurn(() => request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) }));

export function postFile(path, file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  form.append("file", file, file.name);
  return inTurn(() => request(path, { method: "POST", body: form }));
}

/**
 * Listens for ever. `on` has a function per event name; `connected(false)` is
 * called when the stream breaks, `connected(true)` when it stands (again).
 */
export function listen(on, connected) {
  const stream = new EventSource("/sandbox/events");
  stream.addEventListener("open", () => connected(true));
  stream.addEventListener("error", () => {
    connected(false);
    // The browser reconnects by itself unless the answer was a refusal.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(on, connected), 2000);
  });
  for (const [name, act] of Object.entries(on)) {
    stream.addEventListener(name, (event) => act(event.data ? JSON.parse(event.data) : {}));
  }
}
