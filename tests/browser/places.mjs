// Each of the staff's pages once on a phone and once on a laptop, dark and light: nothing sticks out, every field has a name, and a picture
// is left to look at.

import assert from "node:assert/strict";
import { openPage, say } from "./lib/page.mjs";
import { Devices } from "./lib/devices.mjs";
import { LAPTOP, PHONE, holds, login } from "./pages.mjs";

/** Opens whatever asks before it does something. */
const openAsks = (page) => page.evaluate(() => document.querySelectorAll("details.ask").forEach((one) => { one.open = true; }));

async function looked(page, size, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await holds(page, `places-${size}-${colorScheme}-${what}`, true);
  }
}

async function tour(browser, devices, { size, number, ...options }) {
  const boss = await devices.agent("Dewi");
  const page = await login(browser, devices, boss, options);
  const at = (path) => new URL(path, page.url()).href;
  const see = async (path, what) => {
    const answer = await page.goto(at(path));
    assert.equal(answer.status(), 200, path);
    await openAsks(page);
    await looked(page, size, what);
  };
  const first = async (list, within) => {
    await page.goto(at(list));
    return page.locator(`${within} a`).first().getAttribute("href");
  };
  await see("/admin", "home");
  await see("/admin/conversations", "conversations");
  await see("/admin/tickets", "tickets");
  await see(`/admin/tickets/${number}`, "ticket");
  await see("/admin/customers", "customers");
  await see("/admin/customers/new", "customer-new");
  const customer = await first("/admin/customers", "#list");
  await see(customer, "customer");
  await see(`${customer}/erase`, "erase");
  await see("/admin/staff", "staff");
  await see(await first("/admin/staff", "tbody"), "member");
  await see("/admin/types", "types");
  await see(await first("/admin/types", "tbody"), "type");
  await see("/admin/settings", "settings");
  await see("/admin/audit", "audit");
  await see("/admin/sessions", "sessions");
  await page.goto(await devices.door(boss));
  await looked(page, size, "door-closed");
  await page.locator("form button").click();
  await page.waitForURL(/\/admin\/super$/);
  await looked(page, size, "door");
  await page.locator("tbody a").first().click();
  await page.waitForURL(/\/staff\//);
  await openAsks(page);
  await looked(page, size, "door-person");
  await page.context().close();

  const stranger = await openPage(browser, at("/admin/tickets"), options, "#name");
  await looked(stranger, size, "login");
  await stranger.context().close();
}

export async function places(browser, url) {
  const devices = new Devices(url);
  const number = await devices.opensATicket("lampu modem berkedip merah sejak kemarin sore, sudah coba dimatikan tetapi tetap sama");
  for (const [size, device] of [["phone", PHONE], ["laptop", LAPTOP]]) {
    say(`every page on a ${size}`);
    await tour(browser, devices, { size, number, ...device });
  }
}
