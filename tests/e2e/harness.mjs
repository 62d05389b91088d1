// Drives a real VS Code workbench (code-server + Chromium) for tests of the extension.
//
//   const vsc = await start({ vsix: ['dist/the-extension.vsix'], files: { 'a.txt': 'hello\n' } });
//   try { await vsc.openFile('a.txt', 1, 1); ... } finally { await vsc.close(); }
//
// Two ways to look at the result, to be used together:
//   * the UI helpers read and operate what a person sees (squiggles, Problems panel, hover, menus);
//   * vsc.api(fn, arg) runs fn(vscode, arg, require) inside the extension host and returns its JSON result.
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { launch, TIMEOUT, until } from "./server.mjs";

export { until };

const MOD = "Control"; // the server side is Linux; on a macOS browser this would be 'Meta'

export const CHROMIUM_ARGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Headless pages count as hidden, and hidden pages have their timers throttled.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

function findChromium() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const found = [
    process.env.CHROMIUM,
    ...(process.env.PATH ?? "").split(path.delimiter).flatMap((d) => names.map((n) => path.join(d, n))),
  ].find((p) => p && fs.existsSync(p));
  if (!found) throw new Error("no Chromium found: apt-get install chromium, or set CHROMIUM");
  return found;
}

// A second extension in the same extension host; it runs the functions that vsc.api() is given.
const BRIDGE_PACKAGE = {
  name: "bridge",
  publisher: "e2e-harness",
  version: "0.0.1",
  displayName: "e2e bridge",
  private: true,
  engines: { vscode: "^1.80.0" },
  main: "./main.js",
  activationEvents: ["*"],
  extensionKind: ["workspace"],
  capabilities: { untrustedWorkspaces: { supported: true } },
};
const BRIDGE_MAIN = `
const net = require('node:net');
const vscode = require('vscode');
exports.activate = () => {
  const socket = net.connect(process.env.E2E_BRIDGE);
  let buf = '';
  socket.setEncoding('utf8').on('error', () => {}).on('data', async (chunk) => {
    buf += chunk;
    const parts = buf.split('\\n');
    buf = parts.pop();
    for (const part of parts) {
      const { id, fn, arg } = JSON.parse(part);
      let reply;
      try { reply = { id, ok: true, value: await (0, eval)('(' + fn + ')')(vscode, arg, require) }; }
      catch (e) { reply = { id, ok: false, error: String(e && e.stack || e) }; }
      let text;
      try { text = JSON.stringify(reply); } catch (e) { text = JSON.stringify({ id, ok: false, error: 'not JSON: ' + e }); }
      socket.write(text + '\\n');
    }
  });
};
`;

class Bridge {
  #server;
  #socket;
  #pending = new Map();
  #next = 1;
  #buf = "";
  async listen(file) {
    this.#server = net.createServer((socket) => {
      // A window reload restarts the extension host: the newest connection is the live one.
      this.#socket = socket;
      this.#buf = "";
      socket
        .setEncoding("utf8")
        .on("error", () => {})
        .on("close", () => {
          if (this.#socket === socket) this.#socket = undefined;
          for (const p of this.#pending.values()) p.reject(new Error("the extension host went away"));
          this.#pending.clear();
        })
        .on("data", (d) => {
          this.#buf += d;
          const parts = this.#buf.split("\n");
          this.#buf = parts.pop();
          for (const part of parts) {
            const m = JSON.parse(part);
            const p = this.#pending.get(m.id);
            this.#pending.delete(m.id);
            if (m.ok) p?.resolve(m.value);
            else p?.reject(new Error(m.error));
          }
        });
    });
    await new Promise((resolve) => this.#server.listen(file, resolve));
  }
  get connected() {
    return Boolean(this.#socket);
  }
  call(fn, arg) {
    if (!this.#socket) return Promise.reject(new Error("the extension host is not connected"));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Error(`no answer from the extension host within ${2 * TIMEOUT} ms: ${String(fn).slice(0, 200)}`));
      }, 2 * TIMEOUT);
      const settle = (how) => (value) => {
        clearTimeout(late);
        how(value);
      };
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#socket.write(`${JSON.stringify({ id, fn: String(fn), arg })}\n`);
    });
  }
  close() {
    this.#socket?.destroy();
    this.#server?.close();
  }
}

async function openBrowser(l, o) {
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
  const context = await browser.newContext({ viewport: o.viewport ?? { width: 1280, height: 800 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: l.url });
  // Nothing may come from elsewhere; what is asked for all the same is kept for the test to look at.
  l.blocked = [];
  await context.route(
    (u) => !["127.0.0.1", "localhost"].includes(u.hostname) && /^(https?|wss?):$/.test(u.protocol),
    (route) => {
      l.blocked.push(route.request().url());
      return route.abort();
    },
  );
  context.setDefaultTimeout(TIMEOUT);
  context.setDefaultNavigationTimeout(2 * TIMEOUT);
  const page = await context.newPage();
  l.console = [];
  page.on("console", (m) => l.console.push(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => l.console.push(`pageerror: ${e}`));
  return { browser, page };
}

/**
 * Starts server and browser and opens the workspace.
 * @param {object} o
 * @param {string} [o.dir]        where setup.sh put the server (default: $VSCODE_E2E_DIR, then ./.vscode-e2e)
 * @param {string[]} [o.vsix]     .vsix files to install
 * @param {string[]} [o.unpacked] extension folders to install as they are (bundled already)
 * @param {string} [o.workspace]  folder to open (default: a fresh temporary one)
 * @param {Record<string,string>} [o.files] files to write into the workspace first
 * @param {object} [o.settings]   user settings, on top of QUIET_SETTINGS
 * @param {object} [o.env]        environment of the extension host (and so of the language server)
 * @param {string} [o.artifacts]  folder for screenshots and, on close, logs
 * @param {boolean} [o.workspaceTrust] keep Workspace Trust on (default false)
 * @param {boolean} [o.keep]      keep the temporary folder
 */
export async function start(o = {}) {
  const bridgeDir = fs.mkdtempSync(path.join(os.tmpdir(), "vsb-"));
  const bridgeExtension = path.join(bridgeDir, "extension");
  fs.mkdirSync(bridgeExtension);
  fs.writeFileSync(path.join(bridgeExtension, "package.json"), JSON.stringify(BRIDGE_PACKAGE));
  fs.writeFileSync(path.join(bridgeExtension, "main.js"), BRIDGE_MAIN);
  const bridge = new Bridge();
  let l;
  let browser;
  let page;
  const vsc = {};
  vsc.close = async () => {
    try {
      l?.saveLogs();
      if (o.artifacts && l?.console)
        fs.writeFileSync(path.join(o.artifacts, "browser-console.log"), `${l.console.join("\n")}\n`);
    } finally {
      await browser?.close().catch(() => {});
      bridge.close();
      await l?.stop();
      fs.rmSync(bridgeDir, { recursive: true, force: true });
    }
  };
  try {
    await bridge.listen(path.join(bridgeDir, "s"));
    l = await launch(o, { env: { E2E_BRIDGE: path.join(bridgeDir, "s") }, unpacked: [bridgeExtension] });
    ({ browser, page } = await openBrowser(l, o));
    await page.goto(`${l.url}/?folder=${encodeURIComponent(l.workspace)}`);
    await page.waitForSelector(".monaco-workbench .part.statusbar", { timeout: 2 * TIMEOUT });
    l.times.workbench = Math.round(performance.now() - l.began);
    await until("the extension host", () => bridge.connected, { timeout: 2 * TIMEOUT });
    l.times.extensionHost = Math.round(performance.now() - l.began);
  } catch (e) {
    const log = `--- server log\n${l?.log.slice(-2000)}\n--- browser console\n${l?.console?.slice(-20).join("\n")}`;
    await vsc.close();
    throw new Error(`${e.message}\n${log}`);
  }
  const { at, workspace, settingsFile } = l;
  /** times: ms from the start to listening / workbench painted / extension host up; blocked: foreign URLs asked for. */
  Object.assign(vsc, {
    tmp: l.tmp,
    workspace,
    page,
    url: l.url,
    times: l.times,
    blocked: l.blocked,
    consoleLog: l.console,
  });

  /** Runs fn(vscode, arg, require) in the extension host. fn is sent as text: it sees no variables from here. */
  vsc.api = (fn, arg) => bridge.call(fn, arg);
  /** Runs a VS Code command by id; plain JSON arguments only. */
  vsc.executeCommand = (id, ...args) =>
    vsc.api((vscode, a) => vscode.commands.executeCommand(a.id, ...a.args), { id, args });
  /** Absolute path of a file in the workspace. */
  vsc.path = (file) => path.resolve(workspace, file);
  vsc.screenshot = async (name) => {
    const file = path.join(o.artifacts ?? l.tmp, name.endsWith(".png") ? name : `${name}.png`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await page.screenshot({ path: file, animations: "disabled" });
    return file;
  };

  // ---- the UI
  const visible = (selector) => page.locator(selector).filter({ visible: true });
  const quickInput = () => page.locator(".quick-input-widget").filter({ visible: true });
  async function quickPick(text, label) {
    const input = quickInput().locator('input[type="text"]').first();
    await input.waitFor();
    await input.fill(text);
    const rows = quickInput().locator(".monaco-list-row");
    const row = label ? rows.filter({ hasText: label }).first() : rows.first();
    await row.waitFor();
    return row;
  }

  /** Runs a command as a person would: F1, title, Enter. */
  vsc.commandPalette = async (title) => {
    await page.keyboard.press("F1");
    const row = await quickPick(`>${title}`, title);
    await row.click();
    await quickInput()
      .waitFor({ state: "hidden" })
      .catch(() => {}); // some commands open the next picker at once
  };

  /** Opens a file through quick open, by its absolute path; line and column are 1-based. */
  vsc.openFile = async (file, line, column) => {
    const abs = vsc.path(file);
    for (let attempt = 1; ; attempt++) {
      await page.keyboard.press("Escape");
      await page.keyboard.press(`${MOD}+KeyP`);
      const row = await quickPick(line ? `${abs}:${line}:${column ?? 1}` : abs, path.basename(abs));
      await row.click();
      await visible(".tab.active")
        .filter({ hasText: path.basename(abs) })
        .first()
        .waitFor();
      try {
        await until(
          `${file} to be the active editor`,
          () => vsc.api((v, a) => v.window.activeTextEditor?.document.uri.fsPath === a, abs),
          { timeout: TIMEOUT / 2 },
        );
        break;
      } catch (e) {
        if (attempt === 2) throw e;
      }
    }
    await vsc.focusEditor();
  };
  vsc.focusEditor = () => vsc.executeCommand("workbench.action.focusActiveEditorGroup");
  /** Puts the cursor at a 1-based position of the active editor. */
  vsc.cursor = async (line, column) => {
    await vsc.focusEditor();
    await vsc.api(
      (v, { l, c }) => {
        const e = v.window.activeTextEditor;
        const p = new v.Position(l - 1, c - 1);
        e.selection = new v.Selection(p, p);
        e.revealRange(new v.Range(p, p));
      },
      { l: line, c: column },
    );
    await until("the cursor", () =>
      page
        .locator(".statusbar-item")
        .filter({ hasText: `Ln ${line}, Col ${column}` })
        .count(),
    );
  };
  /** Text of the active document as the extension host sees it. */
  vsc.text = () => vsc.api((v) => v.window.activeTextEditor?.document.getText());
  vsc.save = () => vsc.executeCommand("workbench.action.files.save");

  /** Number of squiggles painted in the visible part of the editors. kind: error, warning, info or hint. */
  vsc.squiggles = (kind) => page.locator(`.monaco-editor .squiggly-${kind}`).count();

  /** Opens the Problems panel and returns the labels of its visible rows ("Warning: … at line 2 and character 1."). */
  vsc.problems = async () => {
    await vsc.executeCommand("workbench.panel.markers.view.focus");
    await page.locator(".markers-panel").waitFor();
    return page
      .locator(".markers-panel .monaco-list-row")
      .evaluateAll((rows) => rows.map((r) => r.getAttribute("aria-label") ?? r.textContent));
  };
  /** What the status bar counts, e.g. "Warnings: 2". */
  vsc.problemCount = () => page.locator("#status\\.problems a").first().getAttribute("aria-label");

  /** Hover at a position by keyboard; returns the text of the hover. */
  vsc.hover = async (line, column) => {
    await vsc.cursor(line, column);
    await page.keyboard.press(`${MOD}+KeyK`);
    await page.keyboard.press(`${MOD}+KeyI`);
    const hover = visible(".monaco-editor .monaco-hover, .monaco-resizable-hover .monaco-hover").first();
    await hover.waitFor();
    return until("the hover text", async () => {
      const text = (await hover.innerText()).trim();
      return text && !/^Loading/.test(text) && text;
    });
  };
  /** Hover by mouse over the first place in the visible editor where the text stands. */
  vsc.hoverText = async (text) => {
    const span = visible(".monaco-editor .view-line span span").filter({ hasText: text }).first();
    const box = await span.evaluate((el, t) => {
      const node = document.createTreeWalker(el, NodeFilter.SHOW_TEXT).nextNode();
      const i = node.data.indexOf(t);
      const r = document.createRange();
      r.setStart(node, i);
      r.setEnd(node, i + t.length);
      const { x, y, width, height } = r.getBoundingClientRect();
      return { x, y, width, height };
    }, text);
    await page.mouse.move(box.x + box.width / 2 - 3, box.y + box.height / 2);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
    const hover = visible(".monaco-hover").first();
    await hover.waitFor();
    return (await hover.innerText()).trim();
  };

  /** Opens the quick-fix menu (Ctrl+.) at a position and returns its entries. */
  vsc.quickFixes = async (line, column) => {
    await vsc.cursor(line, column);
    await page.keyboard.press(`${MOD}+Period`);
    await visible(".action-widget .monaco-list-row").first().waitFor();
    return visible(".action-widget .monaco-list-row.action").evaluateAll((rows) =>
      rows.map((r) => r.textContent.trim()),
    );
  };
  /** Applies one entry of that menu and waits for the edit to reach the document. */
  vsc.applyQuickFix = async (line, column, title) => {
    await vsc.quickFixes(line, column);
    const focused = () => visible(".action-widget .monaco-list-row.action.focused").first().innerText();
    const before = await vsc.text();
    // By keyboard: some versions put a layer over the menu that swallows clicks.
    for (const first = await focused(); !(await focused()).includes(title); ) {
      await page.keyboard.press("ArrowDown");
      if ((await focused()) === first) throw new Error(`no quick fix "${title}"`);
    }
    await page.keyboard.press("Enter");
    await until("the quick-fix menu to close", async () => (await visible(".action-widget").count()) === 0);
    await until("the quick fix to change the text", async () => (await vsc.text()) !== before);
  };

  /** Changes user settings through the API; undefined resets one. The settings must be ones that VS Code or an
   *  extension declares. (Writing settings.json from outside is only seen after vsc.reload().) */
  vsc.setSettings = (changes) =>
    vsc.api(async (v, a) => {
      for (const [k, x] of a)
        await v.workspace.getConfiguration().update(k, x ?? undefined, v.ConfigurationTarget.Global);
    }, Object.entries(changes));
  /** The user settings as they are on disk. */
  vsc.userSettings = () => JSON.parse(fs.readFileSync(settingsFile, "utf8"));
  /** Sets a boolean setting through its checkbox in the Settings editor. */
  vsc.toggleInSettingsEditor = async (key, value) => {
    await vsc.executeCommand("workbench.action.openSettings", `@id:${key}`);
    const box = visible(".settings-editor .setting-value-checkbox").first();
    await box.waitFor();
    if ((await box.getAttribute("aria-checked")) !== String(value)) await box.click();
    await until(`${key} to be ${value}`, () =>
      vsc.api((v, a) => v.workspace.getConfiguration().get(a.key) === a.value, { key, value }),
    );
  };

  /** Types into the focused editor, a key at a time. */
  vsc.type = (text) => page.keyboard.type(text, { delay: 20 });
  /** Opens the suggestion list at the cursor and returns its visible entries. */
  vsc.suggestions = async () => {
    await vsc.focusEditor();
    await vsc.executeCommand("editor.action.triggerSuggest");
    const rows = visible(".suggest-widget .monaco-list-row");
    await rows
      .or(visible(".suggest-widget .message").filter({ hasText: "No suggestions" }))
      .first()
      .waitFor();
    return rows.evaluateAll((all) => all.map((r) => r.getAttribute("aria-label") ?? r.textContent));
  };
  /** 1-based position of the cursor and file of the active editor, e.g. after a jump to a definition. */
  vsc.where = () =>
    vsc.api((v) => {
      const e = v.window.activeTextEditor;
      return (
        e && {
          file: v.workspace.asRelativePath(e.document.uri),
          line: e.selection.active.line + 1,
          column: e.selection.active.character + 1,
        }
      );
    });
  /** Texts of the status bar, left to right. */
  vsc.statusBar = () =>
    visible(".part.statusbar .statusbar-item").evaluateAll((all) => all.map((i) => i.innerText.trim()).filter(Boolean));
  /** Everything that went into an output channel so far ('' when nothing did). Its log file is what the Output panel shows. */
  vsc.output = (name) =>
    fs
      .readdirSync(at("data", "logs"), { recursive: true })
      .filter((f) => path.basename(f).replace(/^\d+-/, "") === `${name}.log`)
      .sort()
      .map((f) => fs.readFileSync(at("data", "logs", f), "utf8"))
      .join("");
  /** Texts of the notifications on screen. */
  vsc.notifications = () => visible(".notifications-toasts .notification-list-item-message").allInnerTexts();
  vsc.waitForNotification = (text) =>
    until(`notification "${text}"`, async () => (await vsc.notifications()).find((t) => t.includes(text)));

  /** Reloads the window: a new extension host, so a new start of the extension and of its server. */
  vsc.reload = async () => {
    const pid = await vsc.api(() => process.pid);
    await page.reload();
    await page.waitForSelector(".monaco-workbench .part.statusbar");
    await until("the new extension host", async () => (await vsc.api(() => process.pid)) !== pid, {
      timeout: 2 * TIMEOUT,
    });
  };
  return vsc;
}
