// One device: whose it is, the conversation on it, and what its owner can do.

import * as api from "./api.js";
import { drawMessage } from "./bubbles.js";
import { dayInWords, dayOf, now, untilInWords } from "./clock.js";
import { Composer } from "./composer.js";
import { avatar, el, icon, toast } from "./dom.js";
import { Follow } from "./follow.js";
import { SAMPLE_PLACE } from "./samples.js";
import { openSheet } from "./sheet.js";
import { t } from "./words.js";

const GROUP_MS = 60_000;

export class Pane {
  /** `side` is "customer" or "agent", `root` its section in index.html. */
  constructor(side, root, addPerson) {
    this.side = side;
    this.path = side === "customer" ? "customers" : "agents";
    this.root = root;
    this.people = [];
    this.deskName = "";
    this.current = localStorage.getItem(`sapa.${side}`);
    // Until somebody takes hold of this device, it follows the conversation.
    this.held = false;
    this.messages = new Map();
    this.loading = 0;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.parts = Object.fromEntries(["people", "add", "device", "head", "scroll", "log", "below"].map((name) => [name, part(name)]));
    this.composer = new Composer(side, (what) => this.send(what));
    this.composer.lastOwn = () => [...this.messages.values()].findLast((m) => m.from === "me" && m.kind === "text");
    this.parts.device.append(this.composer.root);
    const { scroll, log, below } = this.parts;
    this.follow = new Follow(scroll, log, (atEnd) => { if (atEnd) below.hidden = true; });
    below.addEventListener("click", () => this.follow.toEnd());
    root.addEventListener("pointerdown", () => { this.held = true; });
    this.parts.add?.addEventListener("click", addPerson);
  }

  get person() {
    return this.people.find((person) => person.id === this.current);
  }

  get visible() {
    return document.visibilityState === "visible" && this.root.offsetParent !== null;
  }

  get unread() {
    return this.people.reduce((sum, person) => sum + (person.unread ?? 0), 0);
  }

  // People

  setPeople(people, deskName) {
    this.people = people;
    this.deskName = deskName;
    if (!this.person && people.length > 0) this.select(people[0].id);
    else if (this.person && this.shown !== this.current) this.select(this.current);
    this.drawPeople();
    this.drawHead();
  }

  drawPeople() {
    const focused = document.activeElement?.dataset?.person;
    const chip = (person) => el(
      "button",
      { type: "button", class: "chip", "aria-pressed": String(person.id === this.current), data: { person: person.id, unread: String(person.unread ?? 0) }, on: { click: () => this.select(person.id) } },
      person.name,
      person.unread > 0 && el("span", { class: "badge" }, String(person.unread), el("span", { class: "unseen" }, ` ${t("unread", { n: "" }).trim()}`)),
    );
    const chips = this.people.map(chip);
    if (chips.length === 0) chips.push(el("span", { class: "muted" }, t("emptyPeople")));
    this.parts.people.replaceChildren(...chips);
    this.parts.people.setAttribute("aria-label", t(this.path));
    if (focused) [...this.parts.people.children].find((node) => node.dataset.person === focused)?.focus();
  }

  drawHead() {
    const { person } = this;
    if (!person) return this.parts.head.replaceChildren();
    const facts = [t("phoneOf", { name: person.name })];
    if (this.side === "agent" && person.username) facts.push(`@${person.username}`);
    const lines = [el("strong", {}, this.deskName), el("span", { class: "facts" }, facts.join(" · "))];
    const parts = [avatar(this.deskName), el("span", { class: "head-words" }, ...lines)];
    if (this.side === "customer") {
      const until = person.window_open_until_ms;
      const open = until && until > now();
      parts.push(el("span", { class: `window ${open ? "open" : "shut"}`, data: { window: open ? "open" : "shut" } },
        icon(open ? "clock" : "alert"), open ? t("windowUntil", { time: untilInWords(until) }) : t("windowShut")));
    }
    this.parts.log.setAttribute("aria-label", t("messagesOf", { name: person.name }));
    return this.parts.head.replaceChildren(...parts);
  }

  async select(id) {
    if (this.shown !== id) this.composer.clear();
    this.current = this.shown = id;
    localStorage.setItem(`sapa.${this.side}`, id);
    this.drawPeople();
    this.drawHead();
    await this.reload();
  }

  async reload() {
    if (!this.current) return;
    const turn = ++this.loading;
    this.arrived = [];
    this.parts.log.setAttribute("aria-busy", "true");
    try {
      const { items } = await api.get(`${this.path}/${encodeURIComponent(this.current)}/messages`);
      if (turn !== this.loading) return;
      this.messages = new Map(items.map((message) => [message.id, message]));
      for (const message of this.arrived) this.messages.set(message.id, message);
      this.draw();
      this.follow.toEnd();
      this.markRead();
    } catch (error) {
      toast(t("errorSend", { why: error.message }));
    } finally {
      if (turn === this.loading) {
        this.arrived = null;
        this.parts.log.removeAttribute("aria-busy");
      }
    }
  }

  // Messages

  /** From the stream of events: new or changed. */
  event(personId, message, isNew) {
    if (isNew && personId !== this.current && !this.held) {
      this.select(personId);
      return;
    }
    if (personId !== this.current) return;
    this.arrived?.push(message);
    const old = this.messages.get(message.id);
    this.messages.set(message.id, message);
    if (old) {
      const node = this.node(message.id);
      const fresh = drawMessage(message, this.side, this.acts());
      fresh.classList.toggle("follows", node?.classList.contains("follows") ?? false);
      const focus = node?.contains(document.activeElement) ? document.activeElement.dataset : null;
      node?.replaceWith(fresh);
      if (focus) this.refocus(fresh, focus);
    } else {
      this.append(message, true);
      if (message.from === "me") this.follow.toEnd();
      else this.parts.below.hidden = this.follow.atEnd;
    }
    if (isNew && message.from !== "me") this.markRead();
  }

  refocus(node, { press, choice, action }) {
    const wanted = [...node.querySelectorAll("button")].find((button) =>
      (press !== undefined && button.dataset.press === press) || (choice !== undefined && button.dataset.choice === choice)
      || (action !== undefined && button.dataset.action === action));
    wanted?.focus({ preventScroll: true });
  }

  node(id) {
    return [...this.parts.log.children].find((child) => child.dataset.messageId === String(id));
  }

  draw() {
    this.parts.log.replaceChildren();
    this.lastDrawn = null;
    for (const message of this.messages.values()) this.append(message, false);
    if (this.messages.size === 0) this.parts.log.append(this.empty());
  }

  append(message, fresh) {
    this.parts.log.querySelector(".empty")?.remove();
    const last = this.lastDrawn;
    if (!last || dayOf(last.at_ms) !== dayOf(message.at_ms)) {
      this.parts.log.append(el("div", { class: "day" }, el("span", {}, dayInWords(message.at_ms))));
    }
    const node = drawMessage(message, this.side, this.acts());
    const follows = last && last.from === message.from && message.at_ms - last.at_ms < GROUP_MS && last.kind !== "system";
    node.classList.toggle("follows", Boolean(follows));
    node.classList.toggle("fresh", fresh);
    this.parts.log.append(node);
    this.lastDrawn = message;
  }

  empty() {
    const start = (word) => el("button", { type: "button", class: "chip", data: { action: "start" }, on: { click: () => this.send({ text: t(word) }) } }, t(word));
    const customer = this.side === "customer";
    return el("div", { class: "empty" }, el("p", {}, t(customer ? "emptyCustomer" : "emptyAgent")),
      customer && el("div", { class: "starts" }, start("sampleProblem"), start("sampleHello")));
  }

  async markRead() {
    if (!this.visible || !this.current || document.hidden) return;
    try {
      await api.post(`${this.path}/${encodeURIComponent(this.current)}/read`);
    } catch {
      // Unread stays unread; the next message tries again.
    }
  }

  // What the owner does

  async ask(path, value) {
    try {
      const answer = await api.post(`${this.path}/${encodeURIComponent(this.current)}/${path}`, value);
      return answer ?? {};
    } catch (error) {
      toast(t("errorSend", { why: error.message }));
      return null;
    }
  }

  async send({ text, replyTo, editing, file, kind }) {
    this.held = true;
    if (editing) return this.ask("edit", { message_id: editing, text });
    if (kind === "location") return this.ask("location", { ...SAMPLE_PLACE, name: text || t("samplePlace") });
    const quote = replyTo ? { [this.side === "customer" ? "quote" : "reply_to"]: replyTo } : {};
    if (!file) return this.ask("text", { text, ...quote });
    try {
      await api.postFile(`${this.path}/${encodeURIComponent(this.current)}/media`, file, { kind, caption: text, ...quote });
      return true;
    } catch (error) {
      toast(t("errorSend", { why: error.message }));
      return false;
    }
  }

  acts() {
    const busy = async (button, work) => {
      button?.setAttribute("aria-busy", "true");
      const answer = await work;
      button?.removeAttribute("aria-busy");
      if (answer?.answer) toast(answer.answer, 2500);
    };
    const tap = (message, choice, button) => busy(button, this.ask("tap", { message_id: message.id, choice_id: choice }));
    return {
      tap,
      openList: (message, opener) => openSheet(this.parts.device, this.messages.get(message.id) ?? message, opener, (id) => tap(message, id, null)),
      press: (message, button, key) => busy(key, this.ask("press", { message_id: message.id, data: button.data })),
      reply: (message) => this.composer.replyTo(message),
      edit: (message) => this.composer.edit(message),
      jump: (id) => this.jump(id),
    };
  }

  jump(id) {
    const node = this.node(id);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  }

  relabel() {
    this.composer.relabel();
    this.drawPeople();
    this.drawHead();
    this.draw();
  }
}
