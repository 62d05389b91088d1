// The server in another editor: Neovim's own LSP client, headless, on a copy of examples/jaffle-hybrid.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { copyExamples, find, root, SECRETS } from "./project.mjs";

const server = path.join(root, "editor-extension", "bin", "tandem");
const MODEL = "models/marts/finance/fct_revenue.sql";
const VARIABLE = "DBT_JAFFLE_REPORTING_CURRENCY";

describe("in Neovim", () => {
  let example;
  before(() => {
    example = copyExamples();
  });
  after(() => example.remove());

  const read = (file) => fs.readFileSync(path.join(example.project, file), "utf8");

  /** Opens one file and goes through the steps; see nvim-client.lua for what there is. */
  function neovim(file, steps, more = {}) {
    const home = path.join(example.folder, "home");
    fs.mkdirSync(home, { recursive: true });
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(DBT_|XDG_|NVIM|VIRTUAL_ENV|CONDA_PREFIX)/.test(name)),
    );
    const lsp = JSON.stringify({
      cmd: [server, "lsp"],
      file,
      root: example.project,
      timeout: Number(process.env.E2E_TIMEOUT ?? 30_000),
      steps,
      ...more,
    });
    const script = path.join(root, "tests", "e2e", "nvim-client.lua");
    const { stdout, stderr, error } = spawnSync("nvim", ["--headless", "--clean", "-S", script], {
      cwd: example.project,
      env: { ...env, HOME: home, LSP: lsp },
      encoding: "utf8",
      timeout: 120_000,
    });
    assert.ifError(error);
    const result = JSON.parse(stdout.slice(stdout.indexOf("{")) || `{"error": ${JSON.stringify(stderr)}}`);
    assert.equal(result.error, undefined);
    assert.deepEqual(result.exit, { code: 0, signal: 0 }, "the server ends with the editor");
    return result;
  }
  const hoverText = ({ result, error }) => {
    assert.equal(error, undefined);
    return typeof result.contents === "string" ? result.contents : result.contents.value;
  };

  it("reports a deprecation and fixes it, changing nothing else", () => {
    const text = read("dbt_project.yml");
    const { line } = find(text, "data-paths");
    const offered = neovim("dbt_project.yml", [{ await: "config-data-path" }, { codeAction: line }]);
    const title = offered.results[1].result.map((it) => it.title).find((it) => it.includes("seed-paths"));
    assert.ok(title, JSON.stringify(offered.results[1]));
    const fixed = neovim("dbt_project.yml", [
      { await: "config-data-path" },
      { codeAction: line, apply: title },
      { await: "config-data-path", present: false },
    ]);
    assert.equal(fixed.results[2].error, undefined);
    assert.equal(fixed.text, text.replace("data-paths:", "seed-paths:"));
  });

  it("explains a variable, goes to a model, completes half a name", () => {
    const variable = find(read(MODEL), VARIABLE);
    const ref = find(read(MODEL), "fct_orders");
    const last = read(MODEL).split("\n").length - 1;
    const typed = "union all select * from {{ ref('fct_pay";
    const { results } = neovim(MODEL, [
      { method: "textDocument/hover", ...variable },
      { method: "textDocument/definition", ...ref },
      { setLine: last, text: typed },
      { method: "textDocument/completion", line: last, character: typed.length },
    ]);
    assert.match(hoverText(results[0]), /\.env/);
    const target = [results[1].result].flat()[0];
    assert.match(target.uri ?? target.targetUri, /models\/marts\/core\/fct_orders\.sql$/);
    const items = results[3].result.items ?? results[3].result;
    assert.ok(items.some((it) => it.label === "fct_payments"));
  });

  it("gives the SQL that dbt would run, of unsaved text", () => {
    const uri = { textDocument: { uri: "$URI" } };
    const { results } = neovim(MODEL, [
      { method: "tandem/compiled", params: uri },
      { setLine: 0, text: "-- {{ 1 + 1 }}" },
      { method: "tandem/compiled", params: uri },
    ]);
    const [before, , after] = results.map((it) => it.result);
    assert.equal(before.node, "model.jaffle_hybrid.fct_revenue");
    assert.match(before.text, /from \S*fct_orders/);
    assert.deepEqual(before.problems, []);
    assert.ok(before.map.segments.length > 5 && before.map.segments.every((it) => it.length === 10));
    assert.match(after.text, /^-- 2/m);
    assert.ok(after.version > before.version);
  });

  it("never shows a secret", () => {
    const place = find(read("profiles.yml"), "DBT_ENV_SECRET_SNOWFLAKE_PASSWORD");
    const { results, messages } = neovim("profiles.yml", [{ method: "textDocument/hover", ...place }]);
    assert.match(hoverText(results[0]), /DBT_ENV_SECRET_SNOWFLAKE_PASSWORD/);
    for (const secret of SECRETS) {
      assert.ok(!JSON.stringify([results, messages]).includes(secret));
    }
  });

  it("follows settings while it runs", () => {
    const file = path.join(example.project, ".env");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace(new RegExp(`^${VARIABLE}=.*\n`, "m"), ""));
    try {
      const { results } = neovim(MODEL, [
        { await: "missing-env-var" },
        { settings: { dbt: { environmentVariables: { [VARIABLE]: "EUR" } } } },
        { await: "missing-env-var", present: false },
      ]);
      assert.deepEqual([results[0].error, results[2].error], [undefined, undefined]);
    } finally {
      fs.writeFileSync(file, text);
    }
  });
});
