// Shows Tandem at work, from a fresh clone: builds it, prints the findings of examples/jaffle-hybrid
// and opens that project in VS Code.
//   node scripts/start.mjs [--no-open] [--web]
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { packageExtension, vsix } from "./package.mjs";
import { at, buildServer, editorFolder, has, main, prepareEditor, run, say } from "./tools.mjs";

const example = at("examples", "jaffle-hybrid");

async function start({ open, web }) {
  process.env.TANDEM_BINARY ??= await buildServer();
  await packageExtension();
  say(`\ntandem check ${path.relative(process.cwd(), example) || "."}\n`);
  // 1 says that there are findings, and there are: the example is here to show some.
  await run(process.env.TANDEM_BINARY, ["check", example], { allow: [1] });
  if (!open) {
    return;
  }
  if (!web && openDesktop()) {
    say("\nVS Code opens the example with the extension.");
    return;
  }
  await serveWeb();
}

/** From its folder, so that the extensions somebody has installed stay as they are. */
function openDesktop() {
  if (!has("code")) {
    return false;
  }
  const { status } = spawnSync("code", [`--extensionDevelopmentPath=${at()}`, example], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  return status === 0;
}

/** The VS Code of the end-to-end tests, in the user's own browser; reachable from this machine only. */
async function serveWeb() {
  say("\nNo desktop VS Code here (command `code`); preparing the one for the browser.");
  if (!(await prepareEditor({ browser: false }))) {
    say(`It cannot be had on this machine either. Install ${vsix} in your VS Code and open ${example}.`);
    return;
  }
  const { launch } = await import("../tests/e2e/server.mjs");
  const server = await launch({
    dir: editorFolder,
    vsix: [vsix],
    workspace: example,
    settings: { "git.enabled": true },
  });
  say(`\nOpen this address in a browser on this machine:\n\n  ${server.url}/?folder=${encodeURIComponent(example)}\n`);
  say("Ctrl-C ends it.");
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await server.stop();
  if (fs.existsSync(server.tmp)) {
    fs.rmSync(server.tmp, { recursive: true, force: true });
  }
}

const options = process.argv.slice(2);
await main(() => start({ open: !options.includes("--no-open"), web: options.includes("--web") }));
