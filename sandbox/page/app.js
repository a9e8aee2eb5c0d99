// The page: it puts the parts together and keeps them in step with the sandbox.

import * as api from "./api.js";
import { hourMinute, now, setClock } from "./clock.js";
import { toast } from "./dom.js";
import { Faults } from "./faults.js";
import { Pane } from "./pane.js";
import { Wire } from "./wire.js";
import { currentLanguage, setLanguage, t, translatePage } from "./words.js";

const find = (selector) => document.querySelector(selector);
const PHONE = matchMedia("(max-width: 719px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

const dialog = find("#new-customer");
const panes = {
  customer: new Pane("customer", find("[data-pane=customer]"), () => dialog.showModal()),
  agent: new Pane("agent", find("[data-pane=agent]"), null),
};
const wire = new Wire(find("[data-pane=wire]"));
const faults = new Faults(find("#faults"), find("[data-action=faults]"), () => panes.customer.person);
let state = {};

// The state of the sandbox

async function refresh() {
  try {
    state = await api.get("state");
  } catch {
    return; // the stream says so, and asks again when it is back
  }
  setClock(state.now_ms, state.desk?.time_zone);
  const desk = state.desk?.name ?? t("noDesk");
  find("[data-part=desk]").textContent = desk;
  panes.customer.setPeople(state.customers ?? [], desk);
  panes.agent.setPeople(state.agents ?? [], desk);
  panes.agent.composer.commands = panes.agent.person?.commands ?? null;
  faults.set(state.faults);
  tabs();
  tick();
}

let soon = null;
function refreshSoon() {
  soon ??= setTimeout(() => {
    soon = null;
    refresh();
  }, 120);
}

function tick() {
  const place = find("[data-part=clock]");
  place.textContent = hourMinute(now());
  place.title = t("clock", { time: hourMinute(now()) });
}

// Live

let broken = null;
let wasBroken = false;
function connected(standing) {
  clearTimeout(broken);
  if (!standing) {
    wasBroken = true;
    // A blink of the connection is nobody's business.
    broken = setTimeout(() => { find("#reconnecting").hidden = false; }, 1000);
    return;
  }
  find("#reconnecting").hidden = true;
  refresh();
  if (wasBroken) for (const pane of Object.values(panes)) pane.reload();
  wasBroken = false;
}

api.listen({
  message({ who, id, message }) {
    panes[who]?.event(id, message, true);
    refreshSoon();
  },
  changed({ who, id, message }) {
    panes[who]?.event(id, message, false);
  },
  wire: (event) => wire.add(event),
  state: refreshSoon,
}, connected);

// Tabs on a phone

function tabs() {
  for (const tab of document.querySelectorAll("[data-tab]")) {
    const chosen = tab.dataset.tab === document.body.dataset.view;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    const unread = chosen ? 0 : panes[tab.dataset.tab]?.unread ?? 0;
    const badge = tab.querySelector(".badge");
    badge.hidden = unread === 0;
    badge.textContent = String(unread);
  }
}

function view(name) {
  document.body.dataset.view = name;
  tabs();
  panes[name]?.markRead();
  (panes[name] ?? wire).follow.keep();
}

const allTabs = [...document.querySelectorAll("[data-tab]")];
for (const [index, tab] of allTabs.entries()) {
  tab.addEventListener("click", () => view(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = allTabs[(index + step + allTabs.length) % allTabs.length];
    view(next.dataset.tab);
    next.focus();
  });
}
PHONE.addEventListener("change", () => view(document.body.dataset.view));
document.addEventListener("visibilitychange", () => {
  for (const pane of Object.values(panes)) pane.markRead();
});

// Light and dark, language, hints: remembered

function theme(name) {
  if (name) document.documentElement.dataset.theme = name;
}
theme(localStorage.getItem("sapa.theme"));
find("[data-action=theme]").addEventListener("click", () => {
  const shown = document.documentElement.dataset.theme ?? (DARK.matches ? "dark" : "light");
  const next = shown === "dark" ? "light" : "dark";
  localStorage.setItem("sapa.theme", next);
  theme(next);
});

function relabel() {
  translatePage();
  const button = find("[data-action=language]");
  button.querySelector("span").textContent = currentLanguage() === "id" ? "EN" : "ID";
  for (const pane of Object.values(panes)) pane.relabel();
  wire.draw();
  faults.draw();
  tick();
}
find("[data-action=language]").addEventListener("click", () => {
  setLanguage(currentLanguage() === "id" ? "en" : "id");
  relabel();
});

const hints = [...document.querySelectorAll("[data-hint]")];
const dismissed = new Set(JSON.parse(localStorage.getItem("sapa.hints") ?? "[]"));
function showHints() {
  for (const hint of hints) hint.hidden = dismissed.has(hint.dataset.hint);
  localStorage.setItem("sapa.hints", JSON.stringify([...dismissed]));
}
for (const hint of hints) {
  hint.querySelector("button").addEventListener("click", () => {
    dismissed.add(hint.dataset.hint);
    showHints();
  });
}
find("[data-action=hints]").addEventListener("click", () => {
  dismissed.clear();
  showHints();
});

// A new customer

dialog.querySelector("[data-action=cancel]").addEventListener("click", () => dialog.close());
dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const known = new Set((state.customers ?? []).map(({ id }) => id));
  try {
    await api.post("customers", { name: form.elements.name.value.trim(), phone: form.elements.phone.value.trim() });
  } catch (error) {
    dialog.querySelector(".form-error").textContent = error.message;
    return;
  }
  form.reset();
  dialog.querySelector(".form-error").textContent = "";
  dialog.close();
  await refresh();
  const added = state.customers.find(({ id }) => !known.has(id));
  if (added) panes.customer.select(added.id);
});

document.body.dataset.view = "customer";
relabel();
showHints();
tabs();
setInterval(tick, 1000);
addEventListener("unhandledrejection", (event) => toast(String(event.reason?.message ?? event.reason)));
