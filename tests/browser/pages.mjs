// The staff's pages in a real browser: in by the code from Telegram, a role refused, a ticket answered on the page that arrives on
// WhatsApp; at a laptop's and at a phone's width, light and dark.

import assert from "node:assert/strict";
import { forgive, openPage, say, shoot } from "./lib/page.mjs";
import { Devices } from "./lib/devices.mjs";

export const LAPTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Somebody of the staff in a browser of his own, logged in with what the bot has told him. */
export async function login(browser, devices, agent, options) {
  const { link, code } = await devices.login(agent);
  const page = await openPage(browser, link, options, "#code");
  await page.fill("#code", code);
  await page.getByRole("button", { name: "Masuk" }).click();
  await page.waitForURL(/\/admin$/);
  return page;
}

/** Nothing sticks out sideways, and every field has a name for those who do not see it. */
export async function holds(page, name, whole = false) {
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(sideways, 0, `${name}: nothing sticks out`);
  const nameless = await page.evaluate(() => [...document.querySelectorAll("main :is(input:not([type=hidden]), select, textarea)")]
    .filter((field) => field.labels.length === 0 && !field.ariaLabel).map((field) => field.outerHTML));
  assert.deepEqual(nameless, [], `${name}: every field has a name`);
  await shoot(page, name, whole);
}

export async function answering(browser, url) {
  const devices = new Devices(url);
  say("a ticket arrives");
  const number = await devices.opensATicket("internet mati dari pagi, lampu LOS merah");
  const owner = await devices.ownerOf(number);

  say(`${owner.name} comes in with the code from Telegram`);
  const page = await login(browser, devices, owner, { ...LAPTOP, colorScheme: "light" });
  await holds(page, "pages-home");
  await page.goto(new URL("/admin/tickets", page.url()).href);
  await holds(page, "pages-tickets");
  await page.goto(new URL("/admin/conversations", page.url()).href);
  await page.getByRole("link", { name: /Eka Putri/ }).first().click();
  for (const column of [".list", ".chat", "aside"]) await page.locator(`.talks ${column}`).waitFor();

  say("an answer written on the page arrives on WhatsApp");
  const words = "Teknisi kami berangkat <sekarang> ya";
  await page.getByLabel("Jawaban ke WhatsApp pelanggan").fill(words);
  await page.locator("form[action$='/answer'] button").click();
  await page.getByRole("status").waitFor();
  await devices.customerHears(words);
  await holds(page, "pages-conversation");

  say("what the customer writes appears by itself");
  await devices.customerWrites("baik, ditunggu");
  await page.locator("#thread").getByText("baik, ditunggu").waitFor();

  say("dark, by the switch");
  await page.locator("[data-theme-switch]").click();
  await holds(page, "pages-conversation-dark");
  await page.context().close();
}

export async function refused(browser, url) {
  const devices = new Devices(url);
  const agent = await devices.agent("Budi");
  const page = await login(browser, devices, agent, { ...LAPTOP, colorScheme: "dark" });
  assert.equal(await page.getByRole("navigation").getByRole("link", { name: "Staf" }).count(), 0, "not in his navigation");
  say("an agent opens a page for admins");
  forgive(/status of 403/);
  const answer = await page.goto(new URL("/admin/staff", page.url()).href);
  assert.equal(answer.status(), 403);
  await page.getByText(/bukan untuk peran Anda/).waitFor();
  await shoot(page, "pages-refused");
  await page.context().close();
}

export async function pocket(browser, url) {
  const devices = new Devices(url);
  const boss = await devices.agent("Dewi");
  const page = await login(browser, devices, boss, { ...PHONE, colorScheme: "dark" });
  const go = async (path, name) => {
    const answer = await page.goto(new URL(`/admin${path}`, page.url()).href);
    assert.equal(answer.status(), 200, path);
    await holds(page, `pages-phone-${name}`);
  };
  for (const name of ["tickets", "customers", "staff", "types", "settings", "audit", "sessions"]) await go(`/${name}`, name);
  await go("", "home");
  say("one column at a time: the list, then the chat with the customer below it");
  await go("/conversations", "conversations");
  await page.getByRole("link", { name: /Eka Putri/ }).first().click();
  await page.locator(".talks .chat").waitFor();
  assert.ok(!(await page.locator(".talks .list").isVisible()), "the list has made room");
  await holds(page, "pages-phone-conversation");
  await page.locator(".talks .back a").click();
  await page.locator(".talks .list").waitFor();
  assert.equal(await page.locator(".talks .chat").count(), 0, "and comes back alone");
  await page.context().close();
}
