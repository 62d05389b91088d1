// The grammars as VS Code runs them, injected into a small stand-in for its SQL and YAML grammars.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { before, test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";

const root = process.cwd();
const folder = path.join(root, "editor-extension", "languages");
const host = (scopeName: string) => ({
  scopeName,
  patterns: [
    { name: "comment.line.host", begin: scopeName === "source.yaml" ? "#" : "--", end: "$" },
    { name: "string.quoted.single.host", begin: "'", end: "'" },
    { name: "string.quoted.double.host", begin: '"', end: '"' },
    { name: "keyword.host", match: "\\b(?:select|from)\\b" },
  ],
});
const grammars = new Map<string, object>();
let sql: IGrammar;
let yaml: IGrammar;
let dotenv: IGrammar;

before(async () => {
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".tmLanguage.json"))) {
    const grammar = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
    grammars.set(grammar.scopeName, grammar);
  }
  grammars.set("source.sql", host("source.sql")).set("source.yaml", host("source.yaml"));
  const wasm = createRequire(path.join(root, "package.json")).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(fs.readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve(oniguruma),
    loadGrammar: async (scope) => (grammars.get(scope) as textmate.IRawGrammar) ?? null,
    getInjections: (scope) => (scope.startsWith("source.") ? ["injection.jinja.tandem"] : undefined),
  });
  sql = (await registry.loadGrammar("source.sql")) as IGrammar;
  yaml = (await registry.loadGrammar("source.yaml")) as IGrammar;
  dotenv = (await registry.loadGrammar("source.dotenv.tandem")) as IGrammar;
});

/** The innermost scope of each piece of the text, without its language. */
function scopes(grammar: IGrammar, text: string): Record<string, string> {
  const found: Record<string, string> = {};
  let state = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of tokens) {
      found[line.slice(startIndex, endIndex).trim()] = scopes.at(-1) ?? "";
    }
    state = ruleStack;
  }
  return found;
}

test("a ref is coloured inside SQL, and SQL goes on after it", () => {
  const found = scopes(sql, "select * from {{ ref('orders') }} from");
  assert.equal(found.ref, "support.function.dbt.jinja");
  assert.equal(found.orders, "string.quoted.single.jinja");
  assert.equal(found.select, "keyword.host");
  assert.equal(found.from, "keyword.host");
});

test("Jinja is coloured in strings and in SQL comments, where dbt runs it too", () => {
  assert.equal(scopes(sql, "'{{ var(\"x\") }}'").var, "support.function.dbt.jinja");
  assert.equal(scopes(sql, "-- {{ ref('x') }}").ref, "support.function.dbt.jinja");
  assert.equal(scopes(yaml, "schema: \"{{ env_var('S') | as_text }}\"").env_var, "support.function.dbt.jinja");
});

test("a half-typed string ends with its tag", () => {
  assert.equal(scopes(sql, "{{ ref('ord }} select").select, "keyword.host");
});

test("statements, definitions, filters, whitespace control", () => {
  const found = scopes(sql, "{%- macro cents(amount, by=2) -%}{{ amount | round }}{%- endmacro -%} select");
  assert.equal(found.macro, "storage.type.jinja");
  assert.equal(found.cents, "entity.name.function.jinja");
  assert.equal(found.round, "support.function.filter.jinja");
  assert.equal(found.endmacro, "keyword.control.jinja");
  assert.equal(found.select, "keyword.host");
});

test("nested dictionaries do not end the tag early", () => {
  const found = scopes(sql, "{{ config(meta={'a': {'b': 1}}) }} select");
  assert.equal(found.config, "support.function.dbt.jinja");
  assert.equal(found.select, "keyword.host");
});

test("comments hide, raw shows SQL only", () => {
  assert.equal(scopes(sql, "{# ref('x')\nselect #} from").select, "comment.block.jinja");
  const raw = scopes(sql, "{% raw %} select {{ x }} {% endraw %} {{ y }}");
  assert.equal(raw.select, "keyword.host");
  assert.equal(raw.y, "variable.other.jinja");
  assert.equal(raw["{{ x }}"], "meta.raw.jinja");
});

test("the tags of another tool's workflows, with a dollar, are left alone", () => {
  assert.equal(scopes(yaml, `key: ${"$"}{{ secrets.x }}`).secrets, undefined);
});

test("a line of .env has a name, a value and a comment", () => {
  const text = "export DBT_A=x-$B # c";
  const { tokens } = dotenv.tokenizeLine(text, textmate.INITIAL);
  const scopeOf = (words: string) => {
    const at = text.indexOf(words);
    return tokens.find((it) => it.startIndex <= at && at < it.endIndex)?.scopes.at(-1);
  };
  assert.equal(scopeOf("export"), "keyword.other.export.dotenv");
  assert.equal(scopeOf("DBT_A"), "variable.other.dotenv");
  assert.equal(scopeOf("x-"), "string.unquoted.dotenv");
  assert.equal(scopeOf("$B"), "variable.other.substitution.dotenv");
  assert.equal(scopeOf("# c"), "comment.line.number-sign.dotenv");
});
