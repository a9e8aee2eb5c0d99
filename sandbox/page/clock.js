// The sandbox's clock, which can be moved, and how its instants are written.
// Times are shown in the desk's zone, so that they agree with what the desk says.

import { locale, t } from "./words.js";

let offset = 0;
let zone = "Asia/Jakarta";

export function setClock(nowMs, timeZone) {
  if (Number.isFinite(nowMs)) offset = nowMs - Date.now();
  if (timeZone) zone = timeZone;
}

export const now = () => Date.now() + offset;

const format = (ms, options) => new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options }).format(ms);

export const hourMinute = (ms) => format(ms, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const withSeconds = (ms) => format(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const exact = (ms) => format(ms, { dateStyle: "full", timeStyle: "medium" });

/** A sortable name of the day on which an instant falls in the desk's zone. */
export const dayOf = (ms) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(ms);

const DAY = 86_400_000;

export function dayInWords(ms) {
  const day = dayOf(ms);
  if (day === dayOf(now())) return t("today");
  if (day === dayOf(now() - DAY)) return t("yesterday");
  return format(ms, { weekday: "long", day: "numeric", month: "long" });
}

/** "15.40" today, "besok 11.42" tomorrow, else with the date. */
export function untilInWords(ms) {
  const time = hourMinute(ms);
  if (dayOf(ms) === dayOf(now())) return time;
  if (dayOf(ms) === dayOf(now() + DAY)) return t("tomorrow", { time });
  return `${format(ms, { day: "numeric", month: "short" })} ${time}`;
}
