// The sandbox's people without their page: what they write, tap and hear, by the sandbox's own addresses.

const WAIT_MS = 20_000;
const NUMBER = /TKT-[0-9A-HJKMNP-TV-Z]{8}/;
const DOOR = /http:\/\/\S+\/admin\/super\/[A-Za-z0-9_-]+/;
const LINK = /http:\/\/\S+\/admin\/login\/[A-Za-z0-9-]+/;

/** Waits until something is so, and gives it. */
export async function until(look, what) {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const seen = await look();
    if (seen) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never came: ${what}`);
}

export class Devices {
  constructor(url) {
    this.url = url;
  }

  async ask(path, body) {
    const how = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}/sandbox${path}`, how ?? {});
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async heard(side, id) {
    const { items } = await this.ask(`/${side}/${id}/messages`);
    return items.filter((item) => item.from === "them");
  }

  /** Somebody of the staff by name. */
  async agent(name) {
    const { agents } = await this.ask("/state");
    return agents.find((agent) => agent.name === name);
  }

  /** The newest customer's last message that offers this, tapped. */
  async taps(customer, title) {
    const choice = await until(async () => {
      for (const message of (await this.heard("customers", customer)).reverse()) {
        const all = [...(message.buttons ?? []), ...(message.list?.rows ?? [])];
        const found = all.find((one) => title.test(one.title));
        if (found) return { message_id: message.id, choice_id: found.id };
      }
      return null;
    }, `a choice ${title}`);
    await this.ask(`/customers/${customer}/tap`, choice);
  }

  /** A text and four taps of somebody new; the ticket's number. */
  async opensATicket(problem, somebody = { name: "Eka Putri", phone: "+62 812 0000 5678" }) {
    this.customer = (await this.ask("/customers", somebody)).id;
    await this.customerWrites(problem);
    for (const title of [/buat tiket/i, /perbaikan/i, /tinggi/i, /kirim tiket/i]) await this.taps(this.customer, title);
    return this.customerHears(NUMBER);
  }

  async customerWrites(text) {
    await this.ask(`/customers/${this.customer}/text`, { text });
  }

  /** Waits for a text in the customer's chat; what fits. */
  async customerHears(words) {
    return until(async () => {
      const all = (await this.heard("customers", this.customer)).map((message) => message.text ?? "");
      const hit = all.find((text) => (typeof words === "string" ? text.includes(words) : words.test(text)));
      return hit && (typeof words === "string" ? words : words.exec(hit)[0]);
    }, `${words} in the customer's chat`);
  }

  /** Whoever has got the ticket's card. */
  async ownerOf(number) {
    return until(async () => {
      const { agents } = await this.ask("/state");
      for (const agent of agents) {
        if (JSON.stringify(await this.heard("agents", agent.id)).includes(number)) return agent;
      }
      return null;
    }, `the card of ${number}`);
  }

  /** Writes /superadmin to the bot; the link to the door. */
  async door(agent) {
    const before = (await this.heard("agents", agent.id)).length;
    await this.ask(`/agents/${agent.id}/text`, { text: "/superadmin" });
    return until(async () => {
      const texts = (await this.heard("agents", agent.id)).slice(before).map((message) => message.text ?? "");
      return texts.map((text) => DOOR.exec(text)?.[0]).find(Boolean);
    }, `a link to the door for ${agent.name}`);
  }

  /** Writes /login to the bot; the link and the code that come. A code a minute: the clock goes on between two. */
  async login(agent) {
    await this.ask("/clock", { advance_ms: 120_000 });
    const before = (await this.heard("agents", agent.id)).length;
    await this.ask(`/agents/${agent.id}/text`, { text: "/login" });
    return until(async () => {
      const texts = (await this.heard("agents", agent.id)).slice(before).map((message) => message.text ?? "");
      const link = texts.map((text) => LINK.exec(text)?.[0]).find(Boolean);
      const code = texts.filter((text) => !LINK.test(text)).map((text) => /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0]).find(Boolean);
      return link && code && { link, code };
    }, `a link and a code for ${agent.name}`);
  }
}
