// The packaged extension in a real VS Code, on a copy of examples/jaffle-hybrid.
// TANDEM_PICTURES names a folder that gets the pictures that the README shows; otherwise they go to artifacts/ only.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { start, until } from "./harness.mjs";
import { copyExamples, find, root, SECRETS } from "./project.mjs";

const vsix = path.join(root, "dist", `tandem-${process.platform}-${process.arch}.vsix`);
const artifacts = path.join(root, "artifacts", "e2e");
fs.rmSync(artifacts, { recursive: true, force: true });

const MODEL = "models/marts/finance/fct_revenue.sql";
const VARIABLE = "DBT_JAFFLE_REPORTING_CURRENCY";

describe("in a dbt project", () => {
  let example;
  let vsc;
  let failures = 0;

  before(async () => {
    example = copyExamples();
    edit("dbt_project.yml", (text) => text.replace('data-paths: ["seeds"]', 'data-paths: ["seeds"]  # keep me'));
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
  const edit = (file, change) => write(file, change(read(file)));
  const status = async () => (await vsc.statusBar()).find((text) => text.includes("dbt ")) ?? "";
  const statusShows = (pattern) => until(`the status bar to show ${pattern}`, async () => pattern.test(await status()));
  const openAt = async (file, needle) => {
    const { line, character } = find(read(file), needle);
    await vsc.openFile(file, line + 1, character + 1);
    return { line: line + 1, column: character + 1 };
  };
  const findings = (file) =>
    vsc.api(
      (vscode, fsPath) =>
        vscode.languages
          .getDiagnostics(vscode.Uri.file(fsPath))
          .map((it) => ({ code: it.code?.value ?? it.code, severity: it.severity, line: it.range.start.line })),
      path.join(example.project, file),
    );
  const codes = async (file) => (await findings(file)).map((it) => it.code);
  /** What VS Code's own inspector says about the token at a place. */
  async function scopesAt(line, column) {
    await vsc.cursor(line, column);
    await vsc.executeCommand("editor.action.inspectTMScopes");
    const widget = vsc.page.locator(".token-inspect-widget");
    const scopes = await until("the scopes", async () => {
      const text = await widget.innerText();
      return text.includes("textmate scopes") && text;
    });
    await vsc.page.keyboard.press("Escape");
    await widget.waitFor({ state: "hidden" });
    return scopes;
  }
  async function picture(name) {
    const file = await vsc.screenshot(name);
    const shown = fs.readFileSync(path.join(root, "README.md"), "utf8").includes(`/${name}.png`);
    if (process.env.TANDEM_PICTURES && shown) {
      fs.mkdirSync(process.env.TANDEM_PICTURES, { recursive: true });
      fs.copyFileSync(file, path.join(process.env.TANDEM_PICTURES, path.basename(file)));
    }
  }

  it("starts by itself and shows project, target and deferral", async () => {
    await statusShows(/dbt jaffle_hybrid · dev · defer on/);
  });

  it("underlines a deprecation", async () => {
    await openAt("dbt_project.yml", "data-paths");
    await until("the finding", async () => (await codes("dbt_project.yml")).includes("config-data-path"));
    await until("the squiggle", async () => (await vsc.squiggles("warning")) > 0);
    const found = (await findings("dbt_project.yml")).find((it) => it.code === "config-data-path");
    assert.deepEqual(found, { code: "config-data-path", severity: 1, line: 8 });
    await picture("deprecation");
  });

  it("fixes it and changes nothing else", async () => {
    const text = read("dbt_project.yml");
    const { line, column } = await openAt("dbt_project.yml", "data-paths");
    const titles = await vsc.quickFixes(line, column);
    const title = titles.find((it) => it.includes("seed-paths"));
    assert.ok(title, `the quick fixes are: ${titles}`);
    await picture("quick-fix");
    await vsc.page.keyboard.press("Escape");
    await vsc.applyQuickFix(line, column, title);
    assert.equal(await vsc.text(), text.replace("data-paths:", "seed-paths:"));
    await until("the finding to go", async () => !(await codes("dbt_project.yml")).includes("config-data-path"));
    await vsc.save();
    await until("the file", () => read("dbt_project.yml").includes('seed-paths: ["seeds"]  # keep me'));
  });

  it("says where an environment variable comes from", async () => {
    await vsc.executeCommand("workbench.action.closePanel");
    const { line, column } = await openAt(MODEL, VARIABLE);
    const hover = await vsc.hover(line, column);
    assert.match(hover, new RegExp(VARIABLE));
    assert.match(hover, /\.env/);
    assert.match(hover, /EUR/);
    await picture("environment-variable");
    await vsc.page.keyboard.press("Escape");
  });

  it("never shows a secret", async () => {
    for (const name of ["DBT_ENV_SECRET_SNOWFLAKE_PASSWORD", "DBT_ENV_SECRET_DATABRICKS_TOKEN"]) {
      const { line, column } = await openAt("profiles.yml", name);
      const hover = await vsc.hover(line, column);
      assert.match(hover, new RegExp(name));
      assert.match(hover, /\.env/);
      for (const secret of SECRETS) {
        assert.ok(!hover.includes(secret), hover);
      }
      await vsc.page.keyboard.press("Escape");
    }
  });

  it("switches deferral by command and by setting", async () => {
    await vsc.commandPalette("Tandem: Toggle Deferral");
    await statusShows(/defer off/);
    assert.equal(vsc.userSettings()["dbt.flag.defer"], false);
    await vsc.setSettings({ "dbt.flag.defer": true });
    await statusShows(/defer on/);
    await vsc.setSettings({ "dbt.flag.defer": undefined });
    await statusShows(/defer on/);
  });

  it("takes another target from a picker, with no reload and no file edited", async () => {
    const rows = vsc.page.locator(".quick-input-widget .monaco-list-row");
    const choose = async (label) => {
      await vsc.commandPalette("Tandem: Select Target");
      await until("the targets", async () => (await rows.allInnerTexts()).join().includes("databricks"));
      await picture("targets");
      await rows.filter({ hasText: label }).first().click();
    };
    const relation = async () => {
      const { line, column } = await openAt(MODEL, "fct_orders');".slice(0, -2));
      const hover = await vsc.hover(line, column);
      await vsc.page.keyboard.press("Escape");
      return hover;
    };
    const before = await relation();
    const settings = read(".vscode/settings.json");
    assert.doesNotMatch(before, /jaffle_dev/);
    await choose("snowflake");
    await statusShows(/dbt jaffle_hybrid · snowflake/);
    assert.match(await relation(), /jaffle_dev/);
    await choose("Default of the profile");
    await statusShows(/dbt jaffle_hybrid · dev/);
    assert.doesNotMatch(await relation(), /jaffle_dev/);
    assert.equal(read(".vscode/settings.json"), settings);
    assert.equal(vsc.userSettings()["dbt.target"], undefined);
  });

  it("offers a menu in the status bar", async () => {
    await vsc.openFile(MODEL);
    await vsc.page.locator(".statusbar-item").filter({ hasText: "dbt jaffle_hybrid" }).click();
    const rows = vsc.page.locator(".quick-input-widget .monaco-list-row");
    await until("the menu", async () => (await rows.count()) >= 5);
    assert.match((await rows.allInnerTexts()).join("\n"), /Turn Deferral Off[\s\S]*Restart Server/);
    await picture("menu");
    await vsc.page.keyboard.press("Escape");
  });

  it("follows .env on disk, without a reload", async () => {
    await vsc.openFile(MODEL);
    const text = read(".env");
    assert.ok(!(await codes(MODEL)).includes("missing-env-var"));
    write(".env", text.replace(new RegExp(`^${VARIABLE}=.*\n`, "m"), ""));
    await until("the error", async () => (await codes(MODEL)).includes("missing-env-var"));
    await until("the squiggle", async () => (await vsc.squiggles("error")) > 0);
    const { line } = find(read(MODEL), VARIABLE);
    assert.ok((await findings(MODEL)).some((it) => it.code === "missing-env-var" && it.line === line));
    await picture("missing-variable");
    write(".env", text);
    await until("the error to go", async () => !(await codes(MODEL)).includes("missing-env-var"));
    await until("the squiggle to go", async () => (await vsc.squiggles("error")) === 0);
  });

  it("follows .env as it is typed, unsaved", async () => {
    const { line } = await openAt(".env", VARIABLE);
    await vsc.cursor(line, 1);
    await vsc.type("#");
    await until("the error", async () => (await codes(MODEL)).includes("missing-env-var"));
    await vsc.page.keyboard.press("Backspace");
    await until("the error to go", async () => !(await codes(MODEL)).includes("missing-env-var"));
    await vsc.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("goes from a ref to its model", async () => {
    await openAt(MODEL, "fct_orders');".slice(0, -2));
    await vsc.page.keyboard.press("F12");
    await until("the jump", async () => (await vsc.where()).file === "models/marts/core/fct_orders.sql");
  });

  it("completes half a name inside ref", async () => {
    await vsc.openFile(MODEL);
    await vsc.executeCommand("cursorBottom");
    await vsc.type("\nunion all select * from {{ ref('fct_pay");
    const offered = await until("the suggestion", async () => {
      const all = await vsc.suggestions();
      return all.some((it) => /^fct_payments/.test(it)) && all;
    });
    assert.match(offered[0], /^fct_payments/);
    await picture("completion");
    await vsc.page.keyboard.press("Enter");
    await until("the completion", async () => /ref\('fct_payments'?\)? ?(?:\}\})?\s*$/.test(await vsc.text()));
    await vsc.executeCommand("workbench.action.files.revert");
  });

  describe("compiled SQL", () => {
    const shown = () =>
      vsc.api((vscode) => {
        const editor = vscode.window.visibleTextEditors.find((it) => it.document.uri.scheme === "tandem-compiled");
        const { document, viewColumn } = editor ?? {};
        return editor && { text: document.getText(), language: document.languageId, viewColumn };
      });
    const tabs = () =>
      vsc.api((vscode) => vscode.window.tabGroups.all.flatMap((it) => it.tabs.map((tab) => tab.label)));
    /** Types at the start of the model, without what an editor adds. */
    const insert = (text) =>
      vsc.api((vscode, it) => {
        const editor = vscode.window.activeTextEditor;
        return editor.edit((edit) => edit.insert(new vscode.Position(0, 0), it));
      }, text);
    /** The lines that are on screen in the compiled text. */
    const visibleLines = () =>
      vsc.api((vscode) => {
        const editor = vscode.window.visibleTextEditors.find((it) => it.document.uri.scheme === "tandem-compiled");
        return editor.visibleRanges.map((it) => editor.document.getText(it)).join("\n");
      });

    it("opens beside the model, with no Jinja in it", async () => {
      await openAt(MODEL, "fct_orders');".slice(0, -2));
      await vsc.commandPalette("dbt: Show Compiled SQL");
      const compiled = await until("the compiled text", shown);
      assert.equal(compiled.language, "sql");
      assert.equal(compiled.viewColumn, 2);
      assert.match(compiled.text, /from \S*fct_orders/);
      assert.doesNotMatch(compiled.text, /\{\{|\{%/);
      assert.ok((await tabs()).includes("fct_revenue.sql (compiled)"));
      assert.equal((await vsc.where()).file, MODEL);
    });

    it("follows what is typed, saved or not, and what fails", async () => {
      await insert("-- {{ 40 + 2 }}\n");
      await until("the new text", async () => /^-- 42/m.test((await shown()).text));
      await insert("{{ nope() }}");
      await until("the error above", async () => /^-- fct_revenue\.sql:1: .*nope/m.test((await shown()).text));
      assert.match((await shown()).text, /from \S*fct_orders/);
      await vsc.executeCommand("workbench.action.files.revert");
      await until("the old text", async () => !/nope|42/.test((await shown()).text));
    });

    it("follows the cursor, both ways", async () => {
      await vsc.executeCommand("workbench.action.closeSidebar");
      const { line, column } = await openAt(MODEL, "onvert_currency('orders.tax_paid'");
      await until("the place", async () => /orders\.tax_paid/.test(await visibleLines()));
      await until("the mark", async () => (await vsc.page.locator(".monaco-editor .cdr[class*=ced-]").count()) > 0);
      await picture("compiled-sql");
      await vsc.executeCommand("workbench.action.toggleSidebarVisibility");
      await vsc.cursor(1, 1);
      await vsc.api((vscode) => {
        const editor = vscode.window.visibleTextEditors.find((it) => it.document.uri.scheme === "tandem-compiled");
        return vscode.window.showTextDocument(editor.document, editor.viewColumn).then((it) => {
          const at = it.document.positionAt(it.document.getText().indexOf("orders.tax_paid"));
          it.selection = new vscode.Selection(at, at);
        });
      });
      await until("the template", () =>
        vsc.api(
          (vscode, a) => {
            const editor = vscode.window.visibleTextEditors.find((it) => it.document.uri.fsPath === a.file);
            return editor.visibleRanges.some((it) => it.contains(new vscode.Position(a.line - 1, a.column - 1)));
          },
          { file: vsc.path(MODEL), line, column },
        ),
      );
    });

    it("moves with the active model, and leaves with its tab", async () => {
      await vsc.executeCommand("workbench.action.focusFirstEditorGroup");
      await vsc.openFile("models/marts/core/fct_orders.sql");
      await until("the other model", async () => (await tabs()).includes("fct_orders.sql (compiled)"));
      assert.ok(!(await tabs()).includes("fct_revenue.sql (compiled)"));
      await vsc.executeCommand("workbench.action.closeEditorsInOtherGroups");
      await until("the end", async () => (await shown()) === undefined || (await shown()) === null);
    });
  });

  it("colours Jinja and claims no file type", async () => {
    await vsc.openFile(MODEL);
    assert.equal(await vsc.api((vscode) => vscode.window.activeTextEditor.document.languageId), "sql");
    const { line, column } = await openAt(MODEL, "ref('fct_orders')");
    assert.match(await scopesAt(line, column), /support\.function\.dbt\.jinja[\s\S]*source\.sql/);
    assert.match(await scopesAt(line, column + "ref('".length), /string\.quoted\.single\.jinja/);
    const select = find(read(MODEL), "select");
    assert.doesNotMatch(await scopesAt(select.line + 1, select.character + 1), /jinja/);
  });

  it("restarts its server", async () => {
    const starts = () => vsc.output("Tandem").match(/Starting .*tandem/g)?.length ?? 0;
    const before = starts();
    await vsc.commandPalette("Tandem: Restart Server");
    await until("another start", () => starts() === before + 1);
    await statusShows(/dbt jaffle_hybrid · dev/);
  });

  it("writes no secret into its logs", async () => {
    const trace = await until(
      "the trace",
      () => vsc.output("Tandem Trace").match(/didOpen/) && vsc.output("Tandem Trace"),
    );
    for (const secret of SECRETS) {
      assert.ok(!(trace + vsc.output("Tandem")).includes(secret), secret);
    }
  });

  it("asks for nothing from elsewhere", () => assert.deepEqual(vsc.blocked, []));
});

describe("in a folder that is not trusted", () => {
  let example;
  let vsc;
  before(async () => {
    example = copyExamples();
    vsc = await start({
      vsix: [vsix],
      workspace: example.project,
      workspaceTrust: true,
      artifacts: path.join(artifacts, "untrusted"),
      settings: { "security.workspace.trust.startupPrompt": "never", "security.workspace.trust.banner": "never" },
    });
  });
  after(async () => {
    await vsc?.close();
    example?.remove();
  });

  it("reads and reports all the same", async () => {
    assert.equal(await vsc.api((vscode) => vscode.workspace.isTrusted), false);
    await vsc.openFile("dbt_project.yml");
    await until("the squiggle", async () => (await vsc.squiggles("warning")) > 0);
    await until("the status", async () => (await vsc.statusBar()).some((text) => text.includes("dbt jaffle_hybrid")));
  });
});

describe("in a folder without a dbt project", () => {
  let vsc;
  before(async () => {
    vsc = await start({
      vsix: [vsix],
      files: { "report.sql": "select 1\n", "notes.yml": "a: 1\n" },
      artifacts: path.join(artifacts, "elsewhere"),
    });
  });
  after(() => vsc?.close());

  it("keeps quiet, and wakes when a project appears", async () => {
    await vsc.openFile("report.sql");
    await until("the activation", () => vsc.api((v) => v.extensions.getExtension("tandem-dbt.tandem").isActive));
    const mine = async () => (await vsc.statusBar()).filter((text) => text.includes("dbt"));
    assert.deepEqual(await mine(), []);
    assert.doesNotMatch(vsc.output("Tandem"), /Starting/);
    fs.writeFileSync(vsc.path("dbt_project.yml"), "name: fresh\nversion: '1.0'\nprofile: fresh\n");
    await until("the status", async () => (await mine()).some((text) => text.includes("dbt fresh")));
  });
});
