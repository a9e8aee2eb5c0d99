// The bar of faults: what may go wrong on either platform, on demand.

import * as api from "./api.js";
import { el, icon, toast } from "./dom.js";
import { hasWord, t } from "./words.js";

const KINDS = ["429", "500", "lose", "duplicate", "hang"];
const PLATFORMS = [["whatsapp", "WhatsApp"], ["telegram", "Telegram"]];
const COUNTS = [1, 3, 10];
const HOURS = [1, 4, 25];
const HOUR_MS = 3_600_000;

// How the sandbox names them when it tells what is waiting.
const NAMED = { too_many: "429", server_error: "500", lose_response: "lose" };

/** What is waiting, in words: ["WhatsApp: 429 too fast ×2", …]. */
function waiting(faults) {
  return PLATFORMS.flatMap(([id, platform]) => {
    const { api: rules = [], webhooks = {} } = faults[id] ?? {};
    const calls = rules.map(({ fault, left }) => [NAMED[fault.kind] ?? fault.kind, left === null ? "" : ` ×${left}`]);
    const deliveries = Object.entries(webhooks).filter(([, on]) => on === true || on > 1).map(([kind]) => [kind, ""]);
    return [...calls, ...deliveries].map(([kind, times]) => `${platform}: ${hasWord(`fault_${kind}`) ? t(`fault_${kind}`) : kind}${times}`);
  });
}

export class Faults {
  constructor(root, toggle, customer) {
    this.root = root;
    this.toggle = toggle;
    this.customer = customer;
    this.platform = "whatsapp";
    this.count = 1;
    this.faults = {};
    toggle.addEventListener("click", () => this.open(root.hidden));
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.open(false);
      toggle.focus();
    });
    this.draw();
  }

  open(wanted) {
    this.root.hidden = !wanted;
    this.toggle.setAttribute("aria-expanded", String(wanted));
  }

  set(faults) {
    this.faults = faults ?? {};
    this.draw();
  }

  async post(path, value) {
    try {
      await api.post(path, value);
    } catch (error) {
      toast(t("errorSend", { why: error.message }));
    }
  }

  choice(label, options, current, choose) {
    const button = ([value, words]) => el(
      "button",
      { type: "button", "aria-pressed": String(value === current), data: { option: String(value) }, on: { click: () => { choose(value); this.draw(`[data-option="${value}"]`); } } },
      words);
    return el("div", { class: "segments", role: "group", "aria-label": label }, ...options.map(button));
  }

  button(words, act, data, name = null) {
    return el("button", { type: "button", class: "button", data, on: { click: act } }, name && icon(name), words);
  }

  draw(focus = null) {
    const place = focus ?? (this.root.contains(document.activeElement) ? this.path(document.activeElement) : null);
    const words = waiting(this.faults);
    this.toggle.classList.toggle("warn", words.length > 0);
    const person = this.customer();
    this.root.replaceChildren(
      el("div", { class: "fault-row" },
        el("span", { class: "fault-label" }, t("faultOn")),
        this.choice(t("faultOn"), PLATFORMS, this.platform, (value) => { this.platform = value; }),
        this.choice(t("faultCount"), COUNTS.map((n) => [n, `${n}×`]), this.count, (value) => { this.count = value; }),
        ...KINDS.map((kind) => this.button(t(`fault_${kind}`), () => this.post("faults", { platform: this.platform, kind, count: this.count }), { fault: kind }))),
      el("div", { class: "fault-row" },
        el("span", { class: "fault-label" }, t("advance")),
        ...HOURS.map((n) => this.button(t("hours", { n }), () => this.post("clock", { advance_ms: n * HOUR_MS }), { advance: String(n) }, "clock")),
        person && this.button(t("closeWindow", { name: person.name }), () => this.post(`customers/${encodeURIComponent(person.id)}/close-window`, {}), { action: "close-window" })),
      el("div", { class: "fault-row" },
        el("span", { class: `fault-state${words.length > 0 ? " late" : ""}`, role: "status" }, icon(words.length > 0 ? "alert" : "tick"), words.join(", ") || t("faultsNone")),
        words.length > 0 && this.button(t("faultsClear"), () => this.post("faults/clear", {}), { action: "clear-faults" })));
    if (place) this.root.querySelector(place)?.focus();
  }

  path({ dataset }) {
    const [name, value] = Object.entries(dataset)[0] ?? [];
    return name ? `[data-${name}="${value}"]` : null;
  }
}
