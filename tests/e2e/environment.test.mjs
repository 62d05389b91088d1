// Environment variables in a real VS Code: the view, overrides, fixes, and git.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { start, until } from "./harness.mjs";
import { copyExamples, find, root, SECRETS } from "./project.mjs";

const vsix = path.join(root, "dist", `tandem-${process.platform}-${process.arch}.vsix`);
const artifacts = path.join(root, "artifacts", "e2e", "environment");
fs.rmSync(artifacts, { recursive: true, force: true });

const MODEL = "models/marts/finance/fct_revenue.sql";
const VARIABLE = "DBT_JAFFLE_REPORTING_CURRENCY";

describe("environment variables", () => {
  let example;
  let vsc;
  let failures = 0;

  before(async () => {
    example = copyExamples();
    write(".gitignore", read(".gitignore").replace(".env\n", ""));
    assert.equal(spawnSync("git", ["init", "--quiet"], { cwd: example.project }).status, 0);
    vsc = await start({
      vsix: [vsix],
      workspace: example.project,
      artifacts,
      settings: { "dbt.trace.server": "verbose", "editor.minimap.enabled": false },
    });
  });
  afterEach(async (t) => {
    if (t.error) {
      failures += 1;
      await vsc?.screenshot(`failed-${failures}`).catch(() => {});
    }
  });
  after(async () => {
    await vsc?.close();
    example?.remove();
  });

  const read = (file) => fs.readFileSync(path.join(example.project, file), "utf8");
  const write = (file, text) => fs.writeFileSync(path.join(example.project, file), text);
  const openAt = async (file, needle) => {
    const { line, character } = find(read(file), needle);
    await vsc.openFile(file, line + 1, character + 1);
    return { line: line + 1, column: character + 1 };
  };
  const codes = (file) =>
    vsc.api(
      (vscode, fsPath) =>
        vscode.languages.getDiagnostics(vscode.Uri.file(fsPath)).map((it) => it.code?.value ?? it.code),
      path.join(example.project, file),
    );
  const rows = () =>
    vsc.page
      .locator(".pane-body .monaco-list-row")
      .filter({ visible: true })
      .evaluateAll((all) => all.map((it) => it.getAttribute("aria-label") ?? it.textContent));
  const row = (name) => until(`the row of ${name}`, async () => (await rows()).find((it) => it.includes(name)));
  /** Chooses a fix that changes another file than the one that is open. */
  async function choose(line, column, title) {
    await vsc.quickFixes(line, column);
    const menu = vsc.page.locator(".action-widget .monaco-list-row.action.focused").filter({ visible: true });
    const focused = () => menu.first().innerText();
    for (const first = await focused(); !(await focused()).includes(title); ) {
      await vsc.page.keyboard.press("ArrowDown");
      assert.notEqual(await focused(), first, `no quick fix "${title}"`);
    }
    await vsc.page.keyboard.press("Enter");
  }
  const saveAll = () => vsc.executeCommand("workbench.action.files.saveAll");

  it("shows what every place says, and no secret", async () => {
    await until("the project", async () => (await vsc.statusBar()).some((text) => text.includes("dbt jaffle_hybrid")));
    await vsc.executeCommand("tandem.env.focus");
    assert.match(await row(VARIABLE), /EUR · \.env/);
    assert.match(await row("DBT_ENV_SECRET_SNOWFLAKE_PASSWORD"), /\*{5} · \.env/);
    for (const secret of SECRETS) {
      assert.ok(!(await rows()).join("\n").includes(secret));
    }
    await vsc.screenshot("view");
  });

  it("adds a missing variable from the example, and the error goes without a reload", async () => {
    await vsc.openFile(MODEL);
    write(".env", read(".env").replace(new RegExp(`^${VARIABLE}=.*\n`, "m"), ""));
    await until("the error", async () => (await codes(MODEL)).includes("missing-env-var"));
    await vsc.executeCommand("tandem.env.focus");
    await until("the row to tell", async () => /not set, and dbt stops there/.test(await row(VARIABLE)));
    await vsc.screenshot("missing");
    const { line, column } = await openAt(".env.example", VARIABLE);
    await choose(line, column, "to `.env`");
    await until("the error to go", async () => !(await codes(MODEL)).includes("missing-env-var"));
    await saveAll();
    await until("the file", () => read(".env").includes(`${VARIABLE}=EUR`));
  });

  it("sets an override, and hover and view tell of it at once", async () => {
    await vsc.commandPalette("dbt: Override Environment Variable…");
    const input = vsc.page.locator(".quick-input-widget input").first();
    await input.fill(VARIABLE);
    await vsc.page.locator(".quick-input-widget .monaco-list-row").filter({ hasText: VARIABLE }).first().click();
    await until("the value to be asked for", async () => (await input.inputValue()) === "EUR");
    await input.fill("CHF");
    await vsc.page.keyboard.press("Enter");
    await until("the setting", () => /CHF/.test(read(".vscode/settings.json")));
    await vsc.executeCommand("tandem.env.focus");
    await until("the row", async () => /CHF · settings/.test(await row(VARIABLE)));
    const { line, column } = await openAt(MODEL, VARIABLE);
    const hover = await vsc.hover(line, column);
    assert.match(hover, /CHF/);
    assert.match(hover, /dbt\.environmentVariables/);
    await vsc.screenshot("override");
    await vsc.page.keyboard.press("Escape");
  });

  it("makes git ignore .env, as git itself says", async () => {
    const ignored = () => spawnSync("git", ["check-ignore", "--quiet", ".env"], { cwd: example.project }).status === 0;
    assert.ok(!ignored());
    await vsc.openFile(".env", 1, 1);
    await until("the finding", async () => (await codes(".env")).includes("unignored-dotenv"));
    await vsc.screenshot("unignored");
    await choose(1, 3, "to `.gitignore`");
    await until("the finding to go", async () => !(await codes(".env")).includes("unignored-dotenv"));
    await saveAll();
    await until("git to agree", ignored);
    assert.ok(!(await codes(".env")).includes("unignored-dotenv"));
  });

  it("shows how the project stands, and completes the steps that are done", async () => {
    await vsc.executeCommand("tandem.hybrid.focus");
    assert.match(await row("Credentials"), /jaffle_hybrid/);
    assert.match(await row("Platform link"), /cannot be asked/);
    await vsc.screenshot("hybrid");
    await vsc.executeCommand("workbench.action.openWalkthrough", "tandem-dbt.tandem#start", false);
    const done = vsc.page.locator("[data-done-step-id].complete").filter({ visible: true });
    const steps = () =>
      done.evaluateAll((all) => all.map((it) => it.getAttribute("data-done-step-id").split("#").at(-1)));
    await until("the steps that are done", async () => {
      const ids = await steps();
      return ["project", "credentials", "variables"].every((it) => ids.includes(it));
    });
    assert.ok(!(await steps()).includes("link"));
    await vsc.screenshot("walkthrough");
  });

  it("writes no secret into its logs", async () => {
    const trace = await until("the trace", () => {
      const text = vsc.output("Tandem Trace");
      return text.includes("tandem/environmentChanged") && text;
    });
    for (const secret of SECRETS) {
      assert.ok(!(trace + vsc.output("Tandem")).includes(secret), secret);
    }
  });
});
