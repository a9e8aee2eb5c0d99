// The browser, and the two people who use the page in it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const WAIT_MS = 20_000;
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export const say = (text) => process.stdout.write(`  - ${text}\n`);

const shot = (name) => fileURLToPath(new URL(`../shots/${name}.png`, import.meta.url));

/** A picture of what is seen now, or of the whole page; arriving messages have faded in by then. */
export async function shoot(page, name, fullPage = false) {
  await page.waitForTimeout(400);
  await page.screenshot({ path: shot(name), fullPage });
}

const complaints = [];
const forgiven = [];

/** What the page may complain of, because the story does it on purpose. */
export const forgive = (complaint) => forgiven.push(complaint);

export async function openPage(browser, url, options, first = "[data-person]") {
  const context = await browser({ locale: "id-ID", ...options });
  context.setDefaultTimeout(WAIT_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() !== "error" || forgiven.some((one) => one.test(message.text()))) return;
    complaints.push(message.text());
  });
  await page.goto(url);
  await page.locator(first).first().waitFor();
  return page;
}

/** Somebody with one of the two devices; every look waits until what it looks for is there. */
export class Person {
  constructor(page, side) {
    this.page = page;
    this.side = side;
    this.pane = page.locator(`[data-pane=${side}]`);
  }

  /** Messages in the chat that contain a text, by "me" or "them". */
  messages(text, from = null, kind = null) {
    const own = from ? `[data-from=${from}]` : "";
    return this.pane.locator(`[data-message-id]${own}${kind ? `[data-kind=${kind}]` : ""}`).filter({ hasText: text });
  }

  async sees(text, from, kind = null) {
    const message = this.messages(text, from, kind).last();
    try {
      await message.waitFor();
    } catch {
      throw new Error(`the ${this.side} never saw ${text} from "${from}". The chat:\n${await this.transcript()}`);
    }
    return typeof text === "string" ? [text] : text.exec(await message.innerText());
  }

  async transcript() {
    const texts = await this.pane.locator("[data-message-id]").evaluateAll((nodes) =>
      nodes.map((node) => `    ${node.dataset.from}: ${node.innerText.replace(/\s*\n\s*/g, " | ")}`));
    return texts.join("\n") || "    (empty)";
  }

  async becomes(index) {
    await this.pane.locator("[data-person]").nth(index).click();
  }

  async writes(text) {
    const input = this.pane.locator("[data-role=composer]");
    await input.fill(text);
    await input.press("Enter");
  }

  async sendsPhoto(caption) {
    await this.pane.locator("[data-action=attach]").click();
    await this.pane.locator("[data-attach=addSampleImage]").click();
    await this.pane.locator(".context-line").waitFor();
    await this.writes(caption);
  }

  /** A reply button of the newest message that has such a one. */
  async taps(title) {
    await this.click(this.pane.locator("[data-choice]").filter({ hasText: title }).last(), title);
  }

  /** A row of the newest list. */
  async picks(title) {
    await this.click(this.pane.locator("[data-action=open-list]").last(), "a list");
    const row = this.pane.locator(".sheet [data-choice]").filter({ hasText: title }).first();
    await this.click(row, title);
  }

  /** A key under the newest message with this text. */
  async presses(text, title) {
    const key = this.messages(text, "them").locator("[data-press]").filter({ hasText: title }).last();
    await this.click(key, title);
  }

  async repliesTo(text, answer) {
    const message = this.messages(text, "them").filter({ has: this.page.locator("[data-press]") }).last();
    await message.hover();
    await this.click(message.locator("[data-action=reply]"), "reply");
    await this.writes(answer);
    await this.sees(answer, "me");
  }

  async seesReaction(text) {
    await this.messages(text, "me").locator("[data-reaction]").first().waitFor();
  }

  /** Whoever of the agents got it: the others' devices stay silent. */
  async findsUnread(text) {
    const deadline = Date.now() + WAIT_MS;
    while (Date.now() < deadline) {
      for (const chip of await this.pane.locator("[data-person]").all()) {
        if ((await this.messages(text, "them").count()) > 0) return;
        await chip.click();
        await this.page.waitForTimeout(500);
      }
      if ((await this.messages(text, "them").count()) > 0) return;
    }
    throw new Error(`no ${this.side} got ${text}. The last chat looked at:\n${await this.transcript()}`);
  }

  async click(target, what) {
    try {
      await target.click();
    } catch (error) {
      throw new Error(`the ${this.side} cannot press ${what}: ${error.message.split("\n")[0]}. The chat:\n${await this.transcript()}`);
    }
  }
}

/** Runs the chapters one after the other; a failed one leaves a picture and fails the process. */
export async function story(start, chapters, only = []) {
  const profiles = [];
  const contexts = [];
  const browser = async (options) => {
    const profile = await mkdtemp(join(tmpdir(), "sapa-profile-"));
    profiles.push(profile);
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS, ...options,
    });
    contexts.push(context);
    return context;
  };
  const failed = [];
  let sandbox = null;
  try {
    sandbox = await start();
    for (const [name, chapter] of Object.entries(chapters)) {
      if (only.length > 0 && !only.includes(name)) continue;
      process.stdout.write(`${name}\n`);
      try {
        await chapter(browser, sandbox.url);
        if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.splice(0).join("\n")}`);
      } catch (error) {
        failed.push(name);
        process.stderr.write(`FAILED ${name}: ${error.message}\n`);
        const page = contexts.at(-1)?.pages()[0];
        await page?.screenshot({ path: shot(`failed-${name}`) })
          .then(() => process.stderr.write(`  what it looked like: ${shot(`failed-${name}`)}\n`), () => {});
      }
    }
    if (failed.length > 0) process.stderr.write(`\nThe desk's last words:\n${sandbox.log()}\n`);
  } catch (error) {
    failed.push("start");
    process.stderr.write(`FAILED: ${error.message}\n`);
  } finally {
    for (const context of contexts) await context.close().catch(() => {});
    await sandbox?.stop();
    for (const profile of profiles) await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
  process.stdout.write(failed.length > 0 ? `FAILED: ${failed.join(", ")}\n` : "The story holds, on a laptop and on a phone.\n");
  process.exitCode = failed.length > 0 ? 1 : 0;
}
