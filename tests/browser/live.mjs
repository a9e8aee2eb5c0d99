// What the staff's pages do by themselves: lists that follow their filters, numbers that follow the desk, and a word when either fails.

import assert from "node:assert/strict";
import { LAPTOP, login } from "./pages.mjs";
import { forgive, say, shoot } from "./lib/page.mjs";
import { Devices } from "./lib/devices.mjs";

/** Every stream that a page opens, to be asked about. */
const watched = () => {
  window.streams = [];
  window.EventSource = class extends window.EventSource {
    constructor(...all) {
      super(...all);
      window.streams.push(this);
    }
  };
};
const live = (page) => page.evaluate(() => window.streams.filter((one) => one.readyState !== 2).length);

/** Headless pages are never hidden: they are told so. */
const seen = (page, hidden) => page.evaluate((value) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange"));
}, hidden);

export async function lively(browser, url) {
  const devices = new Devices(url);
  const page = await login(browser, devices, await devices.agent("Dewi"), { ...LAPTOP, colorScheme: "dark" });
  const origin = page.url();
  const at = (path) => new URL(path, origin).href;
  await page.addInitScript(watched);

  say("a filter chosen by key changes the list, not the page; the focus stays");
  await page.goto(at("/admin/tickets"));
  await page.evaluate(() => { window.same = true; });
  await page.locator("select[name=group]").focus();
  await page.keyboard.press("End");
  await page.waitForURL(/group=cancelled/);
  await page.getByText("Tidak ada tiket yang cocok").waitFor();
  assert.ok(await page.evaluate(() => window.same && document.activeElement.name === "group"), "the page and the focus stay");
  await page.locator("select[name=group]").selectOption("all");
  await page.locator("#shown").getByText(/\d+ hasil/).waitFor();
  await page.locator("[type=search]").pressSequentially("Eka");
  await page.waitForURL(/q=Eka/);
  await page.locator("#list").getByText("Eka Putri").first().waitFor();

  say("what the server refuses is told");
  forgive(/(status of|Status Error Code) 503/);
  await page.route(/\/admin\/tickets\?/, (route) => route.fulfill({ status: 503, contentType: "text/html", body: "<p>proxy" }));
  await page.locator("[type=search]").pressSequentially("x");
  await page.getByRole("alert").getByText("Bagian ini tidak bisa dimuat").waitFor();
  await shoot(page, "pages-trouble");
  await page.unroute(/\/admin\/tickets\?/);
  await page.locator("[type=search]").press("Backspace");
  await page.getByRole("alert").waitFor({ state: "hidden" });

  say("home's numbers follow the desk");
  await page.goto(at("/admin"));
  const open = page.locator(".numbers dd").first();
  const before = Number(await open.innerText());
  await devices.opensATicket("lampu LOS berkedip", { name: "Gita", phone: "+62 812 0000 7777" });
  await page.waitForFunction((n) => Number(document.querySelector(".numbers dd").innerText) === n + 1, before);

  say("a page that nobody looks at holds no stream");
  assert.equal(await live(page), 1);
  await seen(page, true);
  assert.equal(await live(page), 0, "hidden");
  await seen(page, false);
  assert.equal(await live(page), 1, "and back");

  say("whose session is over is led to the login");
  forgive(/(status of|Status Error Code) 401/);
  await page.context().clearCookies();
  await devices.customerWrites("halo?");
  await page.waitForURL(/\/admin\/login/);
  await page.context().close();
}
