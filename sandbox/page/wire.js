// The wire between the two devices: every step a message takes, as it passes.

import { exact, withSeconds } from "./clock.js";
import { el, icon } from "./dom.js";
import { Follow } from "./follow.js";
import { hasWord, t } from "./words.js";

const KEEP = 200;
const ICON = {
  stored: "stored", handled: "handled", delivered: "ticks", read: "eye",
  failed: "alert", refused: "alert", fault: "alert",
};
const PLATFORM = { whatsapp: "WhatsApp", telegram: "Telegram" };

// The customers' river runs on the left, the agents' on the right: a message
// that comes in points to the middle, one that goes out points to its device.
function arrow({ hop, platform }) {
  if (ICON[hop]) return ICON[hop];
  return (hop === "in") === (platform === "whatsapp") ? "right" : "left";
}

function draw(event) {
  const key = `hop_${event.hop}`;
  const ends = [event.from, event.to].filter(Boolean).join(" → ");
  return el("li", { class: `hop ${event.hop} ${event.platform ?? ""}`, data: { hop: event.hop, platform: event.platform ?? "" } },
    el("span", { class: "hop-head" },
      icon(arrow(event)),
      el("strong", {}, hasWord(key) ? t(key) : event.hop),
      el("time", { title: exact(event.at_ms) }, withSeconds(event.at_ms))),
    event.text && el("span", { class: "hop-text", dir: "auto" }, event.text),
    el("span", { class: "hop-ends" }, PLATFORM[event.platform] ?? event.platform ?? "", ends && ` · ${ends}`));
}

export class Wire {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("[data-part=hops]");
    this.follow = new Follow(root.querySelector("[data-part=scroll]"), this.list);
    this.events = [];
    root.querySelector("[data-action=clear-wire]").addEventListener("click", () => {
      this.events = [];
      this.draw();
    });
    this.draw();
  }

  add(event) {
    if (this.events.length === 0) this.list.replaceChildren();
    this.events.push(event);
    if (this.events.length > KEEP) {
      this.events.shift();
      this.list.firstElementChild.remove();
    }
    const node = draw(event);
    node.classList.add("fresh");
    this.list.append(node);
  }

  draw() {
    if (this.events.length > 0) this.list.replaceChildren(...this.events.map(draw));
    else this.list.replaceChildren(el("li", { class: "empty" }, el("p", {}, t("emptyWire"))));
  }
}
