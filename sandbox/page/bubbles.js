// One message as it looks on a phone. Draws only; what a tap does comes in `act`.

import { el, icon, iconButton, link, safeUrl } from "./dom.js";
import { exact, hourMinute } from "./clock.js";
import { withEntities, withMarks } from "./rich.js";
import { hasWord, t } from "./words.js";

const STATUS_ICON = { accepted: "tick", sent: "tick", delivered: "ticks", read: "ticks", failed: "alert" };

function meta(message) {
  const parts = [];
  if (message.edited) parts.push(el("span", {}, t("edited")));
  parts.push(el("time", { datetime: new Date(message.at_ms).toISOString(), title: exact(message.at_ms) }, hourMinute(message.at_ms)));
  const status = message.from === "me" && message.status;
  if (status && STATUS_ICON[status]) {
    const words = t(status);
    parts.push(el("span", { class: `tick ${status}`, title: words }, icon(STATUS_ICON[status]), el("span", { class: "unseen" }, words)));
  }
  return el("span", { class: "meta" }, ...parts);
}

function quote(message, side, act) {
  const text = message.quote.text || t("quoted");
  return el(
    "button",
    { type: "button", class: "quote", "aria-label": t("toQuoted"), on: { click: () => act.jump(message.quote.id) } },
    el("span", {}, side === "customer" ? withMarks(text, false) : text),
  );
}

/** A place without words of its own shows its name, its address and its position. */
function placeWords({ location: place }) {
  return place ? [place.name, place.address, `${place.latitude}, ${place.longitude}`].filter(Boolean).join("\n") : "";
}

function textOf(message, side) {
  const text = message.text || message.media?.caption || placeWords(message);
  if (!text) return null;
  const drawn = side === "agent" ? withEntities(text, message.entities ?? []) : withMarks(text);
  return el("span", { class: "text", dir: "auto" }, drawn);
}

const BARS = 28;

/** Bars that look like speech; the same file always has the same ones. */
function wave(seed) {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  const bars = Array.from({ length: BARS }, () => {
    state = (state * 1_103_515_245 + 12_345) >>> 0;
    return el("i", { class: `h${(state >>> 16) % 6}` });
  });
  return el("span", { class: "wave", "aria-hidden": "true" }, ...bars);
}

function player(message) {
  const audio = el("audio", { src: message.media.url, preload: "metadata" });
  const length = el("span", { class: "length" }, "0:00");
  const bars = wave(message.media.url);
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const button = iconButton("play", t("play"), () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()), { class: "round" });
  const show = () => {
    const playing = !audio.paused;
    const label = t(playing ? "pause" : "play");
    button.replaceChildren(icon(playing ? "pause" : "play"));
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  const progress = () => {
    const total = Number.isFinite(audio.duration) ? audio.duration : 0;
    length.textContent = clock(audio.currentTime || total);
    const done = total > 0 ? (audio.currentTime / total) * BARS : 0;
    [...bars.children].forEach((bar, index) => bar.classList.toggle("done", index < done));
  };
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, show);
  for (const event of ["timeupdate", "loadedmetadata", "durationchange"]) audio.addEventListener(event, progress);
  return el("span", { class: "player", role: "group", "aria-label": t(message.kind) }, button, bars, length, audio);
}

function file(message) {
  const { url, filename, mime } = message.media;
  const name = filename || t(message.kind);
  return el("a", { class: "file", href: safeUrl(new URL(url, location.href).href), target: "_blank", rel: "noopener" },
    icon("document"), el("span", {}, el("strong", {}, name), el("small", {}, mime ?? "")));
}

function picture(message) {
  const { url, caption } = message.media;
  const image = el("img", { src: url, alt: caption || t(message.kind) });
  image.addEventListener("error", () => image.replaceWith(el("span", { class: "gone" }, icon("image"), t("mediaGone"))));
  return el("a", { class: message.kind === "sticker" ? "sticker" : "picture", href: url, target: "_blank", rel: "noopener" }, image);
}

function media(message) {
  if (message.kind === "location") {
    return el("span", { class: "map", role: "img", "aria-label": t("location") }, icon("map", "roads"), icon("pin", "pin"));
  }
  if (message.kind === "contacts") return el("span", { class: "file" }, icon("person"), el("strong", {}, t("contacts")));
  if (!message.media?.url) return null;
  if (message.kind === "image" || message.kind === "sticker") return picture(message);
  if (message.kind === "video") return el("video", { class: "picture", src: message.media.url, controls: true, preload: "metadata" });
  if (message.kind === "voice" || message.kind === "audio") return player(message);
  return file(message);
}

function choiceButton(message, button, act) {
  // A button that leads to a page has the page's address as its id.
  if (safeUrl(button.id)) return Object.assign(link(button.id, icon("out"), button.title), { className: "choice" });
  const used = message.used_choice === button.id;
  return el(
    "button",
    { type: "button", class: `choice${used ? " used" : ""}`, data: { choice: button.id }, on: { click: (event) => act.tap(message, button.id, event.currentTarget) } },
    icon(used ? "tick" : "reply"),
    el("span", {}, button.title),
    used && el("span", { class: "unseen" }, t("chosen")),
  );
}

function choices(message, act) {
  const rows = (message.buttons ?? []).map((button) => choiceButton(message, button, act));
  if (message.list) {
    const used = message.list.rows.find((row) => row.id === message.used_choice);
    rows.push(el(
      "button",
      { type: "button", class: "choice", data: { action: "open-list" }, "aria-haspopup": "dialog", on: { click: (event) => act.openList(message, event.currentTarget) } },
      icon("list"),
      el("span", {}, message.list.button),
      used && el("span", { class: "picked" }, icon("tick"), used.title),
    ));
  }
  return rows.length > 0 ? el("div", { class: "choices" }, ...rows) : null;
}

function keyboard(message, act) {
  if (!message.keyboard?.length) return null;
  const key = (button) => (button.url
    ? Object.assign(link(button.url, button.text, icon("out")), { className: "key" })
    : el("button", { type: "button", class: "key", data: { press: button.data ?? "" }, on: { click: (event) => act.press(message, button, event.currentTarget) } }, button.text));
  return el("div", { class: "keyboard" }, ...message.keyboard.map((row) => el("div", { class: "key-row" }, ...row.map(key))));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("span", { class: "reactions" },
    ...message.reactions.map((emoji) => el("span", { role: "img", "aria-label": t("reaction", { emoji }), data: { reaction: emoji } }, emoji)));
}

function tools(message, side, act) {
  const own = side === "agent" && message.from === "me" && message.kind === "text";
  return el("div", { class: "tools" },
    iconButton("reply", t("reply"), () => act.reply(message), { "data-action": "reply" }),
    own && iconButton("edit", t("edit"), () => act.edit(message), { "data-action": "edit" }));
}

/** `side` is "customer" or "agent"; `act` has tap, openList, press, reply, edit and jump. */
export function drawMessage(message, side, act) {
  const data = { messageId: message.id, from: message.from, kind: message.kind, status: message.status ?? "" };
  if (message.kind === "system") {
    return el("div", { class: "message system", data }, el("span", { class: "text" }, message.text));
  }
  if (message.deleted) {
    return el("div", { class: "message system", data }, el("span", { class: "text" }, t("deleted")));
  }
  const text = textOf(message, side);
  // A kind that this page does not know yet still says its name.
  const nameless = !text && !message.media && !["location", "contacts"].includes(message.kind);
  const bubble = el("div", { class: `bubble ${message.kind}` },
    message.kind === "template" && el("span", { class: "label" }, icon("template"), t("template")),
    message.quote && quote(message, side, act),
    message.header && el("strong", { class: "header" }, message.header),
    media(message),
    text,
    message.footer && el("small", { class: "footer" }, message.footer),
    nameless && el("em", {}, hasWord(message.kind) ? t(message.kind) : message.kind),
    meta(message));
  return el("div", { class: `message ${message.from}`, data },
    el("div", { class: "stack" },
      bubble,
      message.error && el("p", { class: "error" }, icon("alert"), message.error),
      choices(message, act),
      reactions(message),
      keyboard(message, act)),
    tools(message, side, act));
}
