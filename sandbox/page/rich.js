// Text with its styles: Telegram's entities and WhatsApp's marks.

import { el, link } from "./dom.js";

const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s",
  code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const MARKED = new Set(["mention", "bot_command", "hashtag", "cashtag", "text_mention", "phone_number"]);

function styled(entity, text, child) {
  if (PLAIN[entity.type]) return el(PLAIN[entity.type], {}, child);
  if (entity.type === "text_link") return link(entity.url ?? "", child);
  if (entity.type === "url") return link(/^https?:/i.test(text) ? text : `https://${text}`, child);
  if (entity.type === "spoiler") return el("span", { class: "spoiler", tabindex: "0" }, child);
  if (MARKED.has(entity.type)) return el("span", { class: "marked" }, child);
  return child;
}

/**
 * Entities may nest and (with two of the same length) coincide. Offsets count
 * UTF-16 units, as JavaScript's strings do (Telegram Bot API: MessageEntity).
 */
export function withEntities(text, entities) {
  const sorted = entities
    .filter((e) => e.length > 0 && e.offset >= 0 && e.offset < text.length)
    .toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  const build = (from, to, queue) => {
    const out = document.createDocumentFragment();
    let at = from;
    while (queue.length > 0 && queue[0].offset < to) {
      const entity = queue.shift();
      const begin = Math.max(entity.offset, at);
      const end = Math.min(entity.offset + entity.length, to);
      if (end <= begin) continue;
      out.append(text.slice(at, begin));
      out.append(styled(entity, text.slice(begin, end), build(begin, end, queue)));
      at = end;
    }
    out.append(text.slice(at, to));
    return out;
  };
  return build(0, text.length, sorted);
}

// A mark opens at a word's beginning and closes at a word's end; code is not looked into.
const MARKS = [
  [/```([\s\S]+?)```/u, "code", false],
  [/`([^`\n]+)`/u, "code", false],
  [/(?<![\p{L}\p{N}])\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}])/u, "strong", true],
  [/(?<![\p{L}\p{N}])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}])/u, "em", true],
  [/(?<![\p{L}\p{N}])~(?=\S)([^~\n]*[^~\s])~(?![\p{L}\p{N}])/u, "s", true],
];
const URL_IN_TEXT = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/iu;

/** *bold*, _italic_, ~struck~, `code` as WhatsApp shows them; without links where they would stand in a button. */
export function withMarks(text, links = true) {
  const out = document.createDocumentFragment();
  let first = null;
  for (const [pattern, tag, deeper] of links ? [[URL_IN_TEXT, "a", false], ...MARKS] : MARKS) {
    const match = pattern.exec(text);
    if (match && (first === null || match.index < first.match.index)) first = { match, tag, deeper };
  }
  if (first === null) {
    out.append(text);
    return out;
  }
  const { match, tag, deeper } = first;
  out.append(text.slice(0, match.index));
  if (tag === "a") out.append(link(match[0], match[0]));
  else out.append(el(tag, {}, deeper ? withMarks(match[1], links) : match[1]));
  out.append(withMarks(text.slice(match.index + match[0].length), links));
  return out;
}
