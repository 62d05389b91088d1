import assert from "node:assert/strict";
import { test } from "node:test";
import { type Compiled, Shown, type Stretch } from "../src/compiledText";

// select {{ n }},            select 1,
//   {% for … %}{{ i }}     →   ab
// from t                     from t
const compiled: Compiled = {
  uri: "file:///p/a.sql",
  version: 1,
  node: "model.p.a",
  name: "a",
  language: "sql",
  relation: null,
  text: "select 1,\n  ab\nfrom t",
  holes: [{ range: at(1, 4, 1, 4), template: at(1, 2, 1, 9), reason: "unknown" }],
  problems: [],
  map: {
    segments: [
      [0, 0, 0, 7, 0, 0, 0, 7, 1, 0],
      [0, 7, 0, 8, 0, 7, 0, 14, 0, 0],
      [0, 8, 1, 2, 0, 14, 1, 2, 1, 0],
      [1, 2, 1, 3, 1, 13, 1, 20, 0, 0],
      [1, 3, 1, 4, 1, 13, 1, 20, 0, 0],
      [1, 4, 2, 6, 1, 33, 2, 6, 1, 0],
    ],
    origins: [],
  },
};

function at(line: number, character: number, endLine = line, endCharacter = character): Stretch {
  return { start: { line, character }, end: { line: endLine, character: endCharacter } };
}

test("a selection of the document is found in the compiled text", () => {
  const shown = new Shown(compiled, "a.sql");
  assert.equal(shown.text, compiled.text);
  assert.deepEqual(shown.toCompiled(at(0, 2, 0, 4)), [at(0, 2, 0, 4)]);
  assert.deepEqual(shown.toCompiled(at(0, 5, 0, 10)), [at(0, 5, 0, 8)]);
  assert.deepEqual(shown.toCompiled(at(1, 13, 1, 20)), [at(1, 2, 1, 4)]);
  assert.deepEqual(shown.toCompiled(at(1, 34, 2, 4)), [at(1, 5, 2, 4)]);
});

test("a cursor means its expression or its line", () => {
  const shown = new Shown(compiled, "a.sql");
  assert.deepEqual(shown.toCompiled(at(1, 15)), [at(1, 2, 1, 4)]);
  assert.deepEqual(shown.toCompiled(at(2, 3)), [at(2, 0, 2, 6)]);
  assert.deepEqual(shown.toCompiled(at(9, 0)), []);
});

test("a place of the compiled text leads to what wrote it", () => {
  const shown = new Shown(compiled, "a.sql");
  assert.deepEqual(shown.toTemplate(at(0, 3)), at(0, 3));
  assert.deepEqual(shown.toTemplate(at(0, 7)), at(0, 7, 0, 14));
  assert.deepEqual(shown.toTemplate(at(2, 6)), at(2, 6));
  assert.deepEqual(shown.toTemplate(at(2, 1, 2, 4)), at(2, 1, 2, 4));
  assert.deepEqual(shown.toTemplate(at(0, 3, 1, 3)), at(0, 3, 1, 20));
  assert.deepEqual(new Shown({ ...compiled, map: { segments: [], origins: [] } }, "").toTemplate(at(0, 0)), undefined);
});

test("errors stand above as comments, and everything moves down", () => {
  const problems = [{ range: at(4, 0), message: "`m` is\nundefined" }];
  const shown = new Shown({ ...compiled, problems }, "a.sql");
  assert.deepEqual(shown.text.split("\n").slice(0, 4), [
    "-- Not what dbt would run: the template has errors.",
    "-- a.sql:5: `m` is undefined",
    "",
    "select 1,",
  ]);
  assert.deepEqual(shown.toCompiled(at(0, 2, 0, 4)), [at(3, 2, 3, 4)]);
  assert.deepEqual(shown.toTemplate(at(3, 3)), at(0, 3));
  assert.deepEqual(shown.holes, [{ range: at(4, 4), reason: "unknown" }]);
  const python = new Shown({ ...compiled, language: "python", problems }, "a.py");
  assert.match(python.text, /^# Not what/);
  assert.equal(new Shown(undefined, "m.sql").text, "-- dbt compiles nothing of m.sql.\n");
});
