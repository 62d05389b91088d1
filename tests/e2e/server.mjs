// Starts a real VS Code server (code-server, installed by setup.sh) with an extension in folders of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Settings that make the workbench quiet, still and offline. `start({settings})` adds to and overrides them. */
export const QUIET_SETTINGS = {
  "chat.disableAIFeatures": true,
  "editor.cursorBlinking": "solid",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.editor.useModal": "off", // else Settings opens as an overlay that keeps the keyboard
  "workbench.enableExperiments": false,
  "workbench.localHistory.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.settings.enableNaturalLanguageSearch": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** How long any wait may take, in ms; raise it where other work takes most of the processor. */
export const TIMEOUT = Number(process.env.E2E_TIMEOUT ?? 30_000);

/** Polls fn until it returns something truthy; the last value or error is in the message on time-out. */
export async function until(what, fn, { timeout = TIMEOUT, interval = 100 } = {}) {
  const end = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      last = await fn();
      if (last) return last;
    } catch (e) {
      last = e;
    }
    if (Date.now() > end) {
      throw new Error(
        `timed out after ${timeout} ms: ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
      );
    }
    await sleep(interval);
  }
}

function cleanEnv(home, extra) {
  const env = { ...process.env };
  for (const k of Object.keys(env)) {
    if (/^(VSCODE_|DBT_|XDG_|ELECTRON_|NODE_OPTIONS$|NODE_V8_COVERAGE$|PORT$|PASSWORD$|HASHED_PASSWORD$)/.test(k))
      delete env[k];
  }
  // No marketplace: the server would otherwise ask a public one for updates and recommendations.
  return { ...env, HOME: home, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...extra };
}

async function run(cmd, args, env) {
  const child = spawn(cmd, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  child.stdout.on("data", (d) => {
    out += d;
  });
  child.stderr.on("data", (d) => {
    out += d;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${cmd} ${args.join(" ")} exited with ${code}\n${out}`);
  return out;
}

// Temporary folders, settings, installed extensions, and the running server: what start() and runTests() share.
export async function launch(o, { env: moreEnv, unpacked = [], serverArgs = [] } = {}) {
  const dir = path.resolve(o.dir ?? process.env.VSCODE_E2E_DIR ?? ".vscode-e2e");
  const codeServer = path.join(dir, "bin", "code-server");
  if (!fs.existsSync(codeServer)) throw new Error(`no server in ${dir}: run setup.sh ${dir}, or set VSCODE_E2E_DIR`);
  // Short path on purpose: it holds Unix sockets, whose paths may have at most 107 bytes.
  const tmp = fs.mkdtempSync(path.join(os.tmpdir(), "vsc-"));
  const at = (...p) => path.join(tmp, ...p);
  const env = cleanEnv(at("home"), { ...moreEnv, ...o.env });
  const common = ["--user-data-dir", at("data"), "--extensions-dir", at("ext")];
  const workspace = path.resolve(o.workspace ?? at("ws"));
  const settingsFile = at("data", "User", "settings.json");
  let server;
  const l = { dir, tmp, at, workspace, settingsFile, log: "", times: {}, began: performance.now() };
  const kill = () => {
    try {
      process.kill(-server.pid, "SIGKILL");
    } catch {
      /* gone */
    }
  };
  l.stop = async () => {
    if (server) kill();
    process.off("exit", kill);
    await sleep(50);
    if (!o.keep) fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  l.saveLogs = () => {
    if (!o.artifacts) return;
    fs.mkdirSync(o.artifacts, { recursive: true });
    fs.writeFileSync(path.join(o.artifacts, "server.log"), l.log);
    if (fs.existsSync(at("data", "logs")))
      fs.cpSync(at("data", "logs"), path.join(o.artifacts, "logs"), { recursive: true });
  };
  try {
    for (const d of ["home", "ext", "data/User", "ws"]) fs.mkdirSync(at(d), { recursive: true });
    for (const [name, text] of Object.entries(o.files ?? {})) {
      fs.mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
      fs.writeFileSync(path.join(workspace, name), text);
    }
    const settings = {
      ...QUIET_SETTINGS,
      ...(o.workspaceTrust ? { "security.workspace.trust.enabled": true } : {}),
      ...o.settings,
    };
    fs.writeFileSync(settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
    // Folders that lie in a fresh extensions directory are registered by the server's first look at it.
    for (const from of [...(o.unpacked ?? []), ...unpacked]) {
      const pkg = JSON.parse(fs.readFileSync(path.join(from, "package.json"), "utf8"));
      fs.cpSync(from, at("ext", `${pkg.publisher}.${pkg.name}-${pkg.version}`), { recursive: true, dereference: true });
    }
    if (o.vsix?.length) {
      await run(
        codeServer,
        [...common, "--force", ...o.vsix.flatMap((v) => ["--install-extension", path.resolve(v)])],
        env,
      );
    }
    // A process group of its own: killing the group ends the extension host and the language server too.
    server = spawn(
      codeServer,
      [
        ...common,
        "--auth",
        "none",
        "--bind-addr",
        "127.0.0.1:0",
        "--disable-telemetry",
        "--disable-update-check",
        "--disable-getting-started-override",
        ...(o.workspaceTrust ? [] : ["--disable-workspace-trust"]),
        ...serverArgs,
        ...(o.serverArgs ?? []),
      ],
      { env, cwd: workspace, detached: true, stdio: ["ignore", "pipe", "pipe"] },
    );
    process.once("exit", kill);
    server.stdout.on("data", (d) => {
      l.log += d;
    });
    server.stderr.on("data", (d) => {
      l.log += d;
    });
    l.url = await until(
      "the server to listen",
      () =>
        server.exitCode !== null ? "ended" : /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)\//.exec(l.log)?.[1],
      { timeout: 2 * TIMEOUT },
    );
    if (l.url === "ended") throw new Error(`the server ended with ${server.exitCode}`);
    l.times.server = Math.round(performance.now() - l.began);
    return l;
  } catch (e) {
    await l.stop();
    throw new Error(`${e.message}\n--- server log\n${l.log.slice(-2000)}`);
  }
}
