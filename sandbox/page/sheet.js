// A list message's rows, as a sheet over one device.

import { el, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

/** Opens over `device`; `choose(id)` is called once, at most. */
export function openSheet(device, message, opener, choose) {
  const { list } = message;
  const behind = [...device.children];
  const close = () => {
    sheet.remove();
    for (const node of behind) node.inert = false;
    if (opener?.isConnected) opener.focus();
  };
  const row = (item) => el(
    "button",
    { type: "button", class: "sheet-row", data: { choice: item.id }, on: { click: () => { close(); choose(item.id); } } },
    el("span", { class: "sheet-words" }, el("strong", {}, item.title), item.description && el("span", {}, item.description)),
    item.id === message.used_choice ? icon("tick") : el("span", { class: "radio", "aria-hidden": "true" }),
  );
  const rows = [];
  let section = null;
  for (const item of list.rows) {
    if (item.section && item.section !== section) rows.push(el("h3", {}, item.section));
    section = item.section;
    rows.push(row(item));
  }
  const panel = el("div", { class: "sheet", role: "dialog", "aria-modal": "true", "aria-label": list.button },
    el("div", { class: "sheet-head" }, el("h2", {}, list.button), iconButton("close", t("close"), close, { "data-action": "close-sheet" })),
    el("div", { class: "sheet-rows" }, ...rows));
  const sheet = el("div", { class: "sheet-back", on: { click: (event) => { if (event.target === sheet) close(); } } }, panel);
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  for (const node of behind) node.inert = true;
  device.append(sheet);
  panel.querySelector(".sheet-row")?.focus();
}
