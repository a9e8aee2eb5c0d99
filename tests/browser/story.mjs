// The story of Sapa in a real browser: a customer writes on the left, a ticket
// reaches an agent on the right, the answer comes back, the agent closes it.
// Once at the width of a laptop in Indonesian, once at a phone's width. Then the staff's pages (pages.mjs, places.mjs, live.mjs).
// With names of chapters behind it only those are played.

import assert from "node:assert/strict";
import { mkdir, rm } from "node:fs/promises";
import { lively } from "./live.mjs";
import { answering, pocket, refused } from "./pages.mjs";
import { places } from "./places.mjs";
import { Person, openPage, say, shoot, story } from "./lib/page.mjs";
import { startSandbox } from "./lib/sandbox.mjs";

const NUMBER = /TKT-[0-9A-HJKMNP-TV-Z]{8}/;

/** A text and four taps; returns the ticket's number. */
async function openTicket(customer, problem) {
  say(`the customer writes "${problem}"`);
  await customer.writes(problem);
  await customer.sees(problem, "me");
  await customer.taps(/buat tiket/i);
  await customer.picks(/perbaikan/i);
  await customer.taps(/tinggi/i);
  await customer.taps(/kirim tiket/i);
  const [number] = await customer.sees(NUMBER, "them");
  say(`the ticket has the number ${number}`);
  return number;
}

async function laptop(browser, url) {
  const page = await openPage(browser, url, { viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  const customer = new Person(page, "customer");
  const agent = new Person(page, "agent");
  await assertHints(page);

  const problem = "internet mati dari pagi";
  const number = await openTicket(customer, problem);
  await agent.findsUnread(number);
  await agent.sees(problem, "them");
  await shoot(page, "laptop-card");

  say("the agent answers the card");
  await agent.repliesTo(number, "Selamat siang, boleh kirim foto lampu modemnya?");
  await customer.sees("boleh kirim foto lampu modemnya", "them");
  say("the agent sees how far the answer has come");
  await agent.seesReaction("boleh kirim foto lampu modemnya");

  say("the customer answers with words and a photo");
  await customer.writes("ini fotonya, lampu LINE merah");
  await agent.sees("lampu LINE merah", "them");
  await customer.sendsPhoto("lampu modem");
  await agent.sees("lampu modem", "them", "image");
  await shoot(page, "laptop-talk");

  say("every kind of step has passed on the wire");
  for (const hop of ["in", "stored", "out", "delivered"]) {
    await page.locator(`[data-pane=wire] [data-hop=${hop}]`).first().waitFor();
  }

  say("the agent closes the ticket");
  await agent.presses(number, /selesai/i);
  await agent.presses(/pesan penutup/i, /pesan standar/i);
  await customer.sees(new RegExp(`${number}[^]*selesai|selesai[^]*${number}`, "i"), "them");
  await shoot(page, "laptop-done");

  say("dark, and in English");
  await page.locator("[data-action=theme]").click();
  await page.locator("[data-action=language]").click();
  await page.getByRole("button", { name: "Faults" }).waitFor();
  await shoot(page, "laptop-dark-english");
  await page.context().close();
}

async function assertHints(page) {
  const hints = page.locator("[data-hint]:visible");
  assert.equal(await hints.count(), 3, "three hints on the first visit");
  await shoot(page, "laptop-first");
  for (const name of ["customer", "wire", "agent"]) await page.locator(`[data-hint=${name}] button`).click();
  await page.reload();
  await page.locator("[data-person]").first().waitFor();
  assert.equal(await hints.count(), 0, "dismissed hints stay away");
}

async function phone(browser, url) {
  const page = await openPage(browser, url, { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  const customer = new Person(page, "customer");
  const agent = new Person(page, "agent");
  const tab = (name) => page.locator(`[data-tab=${name}]`).click();

  await customer.becomes(1);
  const number = await openTicket(customer, "wifi lambat sekali sejak kemarin");
  await shoot(page, "phone-customer");
  await tab("wire");
  await page.locator("[data-hop=in]").first().waitFor();
  await shoot(page, "phone-wire");
  await tab("agent");
  await agent.findsUnread(number);
  await agent.repliesTo(number, "Baik, kami periksa sekarang.");
  await shoot(page, "phone-agent");
  await tab("customer");
  await customer.sees("Baik, kami periksa sekarang.", "them");

  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(sideways, 0, "nothing sticks out at a phone's width");
  await page.context().close();
}

/** Somebody new whose name and words look like markup: they stay words. */
async function stranger(browser, url) {
  const page = await openPage(browser, url, { viewport: { width: 1280, height: 800 } });
  const customer = new Person(page, "customer");
  const before = await page.locator("[data-pane=customer] [data-person]").count();
  await page.locator("[data-action=new-customer]").click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("[name=name]").fill("<b>Ana</b>");
  await dialog.locator("[name=phone]").fill("+62 812 0000 1234");
  await dialog.locator("[type=submit]").click();
  await page.locator("[data-pane=customer] [data-person][aria-pressed=true]").filter({ hasText: "<b>Ana</b>" }).waitFor();
  assert.equal(await page.locator("[data-pane=customer] [data-person]").count(), before + 1, "one customer more");

  const words = "<img src=x onerror=alert(1)> *lampu mati*";
  await customer.writes(words);
  await customer.sees("<img src=x onerror=alert(1)>", "me");
  await customer.sees("Ana", "them");
  assert.equal(await customer.pane.locator("[data-message-id] img").count(), 0, "no markup from a message");
  assert.equal(await customer.messages("lampu mati", "me").locator("strong").innerText(), "lampu mati", "but the chat's own marks work");
  await shoot(page, "stranger");
  await page.context().close();
}

await rm(new URL("shots", import.meta.url), { recursive: true, force: true });
await mkdir(new URL("shots", import.meta.url), { recursive: true });
await story(startSandbox, { laptop, phone, stranger, answering, refused, pocket, places, lively }, process.argv.slice(2));
