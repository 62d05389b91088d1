import assert from "node:assert/strict";
import { test } from "node:test";
import {
  childEntries,
  type EnvironmentProject,
  look,
  topEntries,
  type Variable,
  withOverride,
} from "../src/environment";

const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 5 } };
const place = (path: string) => ({ uri: `file:///p/${path}`, path, range });

function variable(name: string, more: Partial<Variable> = {}): Variable {
  const none = { status: "set", secret: false, value: "x", source: ".env", hidden: [], cells: [], uses: [] } as const;
  return { name, ...none, hidden: [], cells: [], uses: [], ...more };
}

const project = (variables: Variable[]): EnvironmentProject => ({ name: "shop", root: "/p", variables });

test("what is missing comes first, and one project needs no level", () => {
  const missing = variable("DBT_Z", { status: "missing", value: null, source: null });
  const entries = topEntries({ projects: [project([variable("DBT_A"), missing])] });
  assert.deepEqual(
    entries.map((it) => look(it).label),
    ["DBT_Z", "DBT_A"],
  );
  assert.equal(look(entries[0] as never).icon, "error");
  assert.equal(look(entries[0] as never).description, "not set, and dbt stops there");
  const two = topEntries({ projects: [project([missing]), { ...project([]), root: "/q" }] });
  assert.deepEqual(
    two.map((it) => look(it).description),
    ["1 missing", ""],
  );
  assert.deepEqual(topEntries(undefined), []);
});

test("a variable unfolds into its places and its readers", () => {
  const it = variable("DBT_A", {
    source: "settings",
    hidden: [".env"],
    cells: [
      { column: "settings", value: "mine", place: null, scope: "", note: null },
      { column: "CI", value: null, place: place("ci.yml"), scope: "build", note: null },
    ],
    uses: [{ place: place("models/a.sql"), default: "'y'", rendered: false }],
  });
  const [entry] = topEntries({ projects: [project([it])] });
  assert.ok(entry);
  assert.equal(look(entry).description, "x · settings");
  assert.match(look(entry).tooltip, /In place of that of: \.env/);
  assert.equal(look(entry).context, "variable overridden");
  const children = childEntries(entry).map(look);
  assert.deepEqual(
    children.map((it) => [it.label, it.description, it.icon]),
    [
      ["settings", "mine", "check"],
      ["CI (build)", "from elsewhere", "circle-outline"],
      ["models/a.sql:3", "default 'y' · not with this target", "references"],
    ],
  );
  assert.equal(new Set(children.map((it) => it.id)).size, 3);
});

test("an override is added, changed and taken away, and leaves no empty setting", () => {
  assert.deepEqual(withOverride(undefined, "A", "1"), { A: "1" });
  assert.deepEqual(withOverride({ A: "1", B: "2" }, "A", ""), { A: "", B: "2" });
  assert.deepEqual(withOverride({ A: "1", B: "2" }, "A", undefined), { B: "2" });
  assert.equal(withOverride({ A: "1" }, "A", undefined), undefined);
});
