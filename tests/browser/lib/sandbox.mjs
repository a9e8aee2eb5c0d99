// Starts the desk with its miniature platforms, as a newcomer does.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const START_MS = 30_000;
const STOP_MS = 15_000;
const BINARY = fileURLToPath(new URL("../../../target/debug/sapa", import.meta.url));

/** `SAPA_BINARY` may name another build. Resolves to `{ url, stop }`. */
export async function startSandbox() {
  const data = await mkdtemp(join(tmpdir(), "sapa-story-"));
  const binary = process.env.SAPA_BINARY ?? BINARY;
  const child = spawn(binary, ["sandbox", "--port", "0", "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const log = [];
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`it did not start: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  const ready = new Promise((resolve) => {
    const hear = (chunk) => {
      said += chunk;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (url) resolve({ url: url[0] });
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", (chunk) => log.push(chunk));
  });
  const late = new Promise((resolve) => setTimeout(() => resolve(`it printed no address within ${START_MS / 1000} s`), START_MS).unref());

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null && child.pid) {
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(kill);
    }
    await rm(data, { recursive: true, force: true });
  };
  const first = await Promise.race([ready, ended, late]);
  if (first.url) return { url: first.url, stop, log: () => log.join("").split("\n").slice(-40).join("\n") };
  await stop();
  throw new Error(`${binary} sandbox: ${first}\n${said}${log.join("")}`);
}
