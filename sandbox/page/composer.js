// Where a person writes: text, one attachment, a quote or an edit, commands.

import { el, icon, iconButton } from "./dom.js";
import { sampleImage, sampleVoice } from "./samples.js";
import { hasWord, t } from "./words.js";

const COMMANDS = ["/online", "/away", "/offline", "/tickets", "/ticket", "/next", "/language", "/help"];
const NEEDS_ARGUMENT = new Set(["/ticket"]);

const known = (command) => {
  const key = `cmd_${command.slice(1)}`;
  return { command, description: hasWord(key) ? t(key) : "" };
};

export class Composer {
  /** `send({ text, replyTo, editing, file, kind, place })` returns a promise. */
  constructor(side, send) {
    this.side = side;
    this.send = send;
    this.reply = null;
    this.editing = null;
    this.attachment = null;
    this.commands = null;
    this.lastOwn = () => null;
    this.build();
  }

  build() {
    this.context = el("div", { class: "context", hidden: true });
    this.suggestions = el("div", { class: "suggestions", role: "listbox", id: `${this.side}-commands`, hidden: true });
    this.menu = el("div", { class: "menu", role: "menu", hidden: true });
    this.picker = el("input", { type: "file", hidden: true, tabindex: "-1", data: { role: "file" } });
    this.picker.addEventListener("change", () => this.picked());
    this.attachButton = iconButton("attach", t("attach"), () => this.toggleMenu(), { "data-action": "attach", "aria-haspopup": "menu" });
    this.input = el("textarea", { rows: "1", data: { role: "composer" }, autocomplete: "off", maxlength: "4096" });
    if (this.side === "agent") this.input.setAttribute("aria-controls", this.suggestions.id);
    this.sendButton = iconButton("send", t("send"), () => this.submit(), { class: "round send", "data-action": "send" });
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.root = el("div", { class: "composer" },
      this.suggestions, this.context,
      el("div", { class: "composer-row" }, this.menu, this.attachButton, this.input, this.sendButton, this.picker));
    document.addEventListener("pointerdown", (event) => {
      if (!this.menu.contains(event.target) && !this.attachButton.contains(event.target)) this.menu.hidden = true;
    });
    this.relabel();
  }

  relabel() {
    const label = this.attachment && this.attachment.kind !== "voice" ? t("caption") : t("write");
    this.input.placeholder = label;
    this.input.setAttribute("aria-label", label);
    for (const [button, word] of [[this.attachButton, "attach"], [this.sendButton, "send"]]) {
      button.setAttribute("aria-label", t(word));
      button.title = t(word);
    }
    this.drawMenu();
    this.drawContext();
    this.suggest();
  }

  focus() {
    this.input.focus();
  }

  clear() {
    this.input.value = "";
    this.reply = this.editing = this.attachment = null;
    this.relabel();
    this.fit();
  }

  replyTo(message) {
    this.editing = null;
    this.reply = message;
    this.drawContext();
    this.focus();
  }

  edit(message) {
    this.reply = this.attachment = null;
    this.editing = message;
    this.input.value = message.text;
    this.relabel();
    this.fit();
    this.focus();
  }

  // Attachments

  drawMenu() {
    const item = (name, word, act) => el("button", { type: "button", role: "menuitem", data: { attach: word }, on: { click: () => { this.menu.hidden = true; act(); } } },
      icon(name), t(word));
    const pick = (kind, accept) => () => {
      this.pickedKind = kind;
      this.picker.accept = accept;
      this.picker.value = "";
      this.picker.click();
    };
    this.menu.replaceChildren(...[
      item("image", "addImage", pick("image", "image/*")),
      item("image", "addSampleImage", async () => this.hold("image", await sampleImage(t("sampleImageName")))),
      item("document", "addDocument", pick("document", "")),
      item("voice", "addAudio", pick("voice", "audio/*")),
      item("voice", "addSampleVoice", () => this.hold("voice", sampleVoice())),
      this.side === "customer" && item("pin", "addLocation", () => this.hold("location", null)),
    ].filter(Boolean));
  }

  toggleMenu() {
    this.menu.hidden = !this.menu.hidden;
    if (!this.menu.hidden) this.menu.querySelector("button").focus();
  }

  picked() {
    const [file] = this.picker.files;
    if (!file) return;
    const kind = this.pickedKind === "document" || !file.type.startsWith("video/") ? this.pickedKind : "video";
    this.hold(kind, file);
  }

  hold(kind, file) {
    this.editing = null;
    this.attachment = { kind, file };
    this.relabel();
    this.focus();
  }

  // What stands above the line: the quote, the edit, the attachment

  drawContext() {
    const line = (name, label, text, drop) => el("div", { class: "context-line" },
      icon(name), el("span", { class: "context-text" }, el("strong", {}, label), el("span", {}, text)),
      iconButton("close", t("cancel"), () => { drop(); this.relabel(); this.focus(); }, { "data-action": "drop-context" }));
    const summary = (message) => message.text || message.media?.caption || (hasWord(message.kind) ? t(message.kind) : "");
    const lines = [];
    if (this.reply) lines.push(line("reply", t("replyingTo"), summary(this.reply), () => { this.reply = null; }));
    if (this.editing) lines.push(line("edit", t("editing"), this.editing.text, () => this.clear()));
    if (this.attachment) {
      const { kind, file } = this.attachment;
      lines.push(line(kind === "location" ? "pin" : kind === "voice" ? "voice" : kind === "document" ? "document" : "image",
        t(kind), file?.name ?? t("samplePlace"), () => { this.attachment = null; }));
    }
    this.context.replaceChildren(...lines);
    this.context.hidden = lines.length === 0;
  }

  // Typing

  fit() {
    this.input.style.height = "";
    // While its tab is not shown it has no height to measure.
    const { scrollHeight, clientHeight } = this.input;
    if (scrollHeight > clientHeight) this.input.style.height = `${Math.min(scrollHeight + 2, 140)}px`;
  }

  typed() {
    this.fit();
    this.suggest();
  }

  suggest() {
    const value = this.input.value;
    const open = this.side === "agent" && /^\/\S*$/.test(value) && !this.editing && !this.attachment;
    const matching = open ? (this.commands ?? COMMANDS.map(known)).filter(({ command }) => command.startsWith(value.toLowerCase())) : [];
    this.suggestions.replaceChildren(...matching.map(({ command, description }, index) => el(
      "div",
      { role: "option", id: `${this.side}-command-${index}`, class: "suggestion", "aria-selected": String(index === 0), data: { command }, on: { pointerdown: (event) => { event.preventDefault(); this.take(command); } } },
      el("strong", {}, command), el("span", {}, description))));
    this.suggestions.setAttribute("aria-label", t("commands"));
    this.suggestions.hidden = matching.length === 0;
    this.mark();
  }

  mark() {
    const chosen = this.suggestions.querySelector("[aria-selected=true]");
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const all = [...this.suggestions.children];
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === (at + step + all.length) % all.length)));
    this.mark();
  }

  take(command) {
    this.input.value = NEEDS_ARGUMENT.has(command) ? `${command} ` : command;
    this.suggest();
    this.suggestions.hidden = true;
    this.focus();
    if (!NEEDS_ARGUMENT.has(command)) this.submit();
  }

  key(event) {
    if (event.isComposing) return;
    const suggesting = !this.suggestions.hidden;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const chosen = suggesting && this.suggestions.querySelector("[aria-selected=true]");
      if (chosen) this.take(chosen.dataset.command);
      else this.submit();
    } else if (suggesting && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      if (suggesting) this.suggestions.hidden = true;
      else if (this.reply || this.editing || this.attachment) this.clear();
    } else if (event.key === "ArrowUp" && this.side === "agent" && this.input.value === "") {
      const last = this.lastOwn();
      if (last) {
        event.preventDefault();
        this.edit(last);
      }
    }
  }

  async submit() {
    const text = this.input.value.trim();
    const { reply, editing, attachment } = this;
    if (!text && !attachment) return;
    this.clear();
    this.focus();
    const sent = await this.send({ text, replyTo: reply?.id, editing: editing?.id, ...attachment });
    // Nothing that somebody typed is lost because the other side was away.
    if (!sent && !this.input.value && !this.attachment) {
      Object.assign(this, { reply, editing, attachment });
      this.input.value = text;
      this.relabel();
      this.fit();
    }
  }
}
