import assert from "node:assert/strict";
import { test } from "node:test";
import { mayRemind, reminder, shownText, updateOf, type Versions, withReminded } from "../src/versions";

const ENGINE = { kind: "dbt Core", version: "1.11.2", place: ".venv", used: true, update: "uv tool upgrade dbt-core" };
const VERSIONS: Versions = {
  project: "shop",
  root: "/w/shop",
  engines: [{ ...ENGINE, place: "/other", used: false, update: null }, ENGINE],
  skews: [],
  text: "shop: dbt 1.11\n",
  problems: [],
};
const HOUR_MS = 60 * 60 * 1000;

test("what is behind what is named", () => {
  const skew = (kind: string, certain: boolean, message: string) =>
    reminder({ ...VERSIONS, skews: [{ kind, certain, message }] });
  assert.equal(reminder(VERSIONS), undefined);
  assert.equal(
    skew("engine-behind", false, "dbt 1.11.2 in `.venv` is behind 1.12.0"),
    "shop: dbt 1.11.2 in .venv is behind 1.12.0.",
  );
  assert.equal(skew("engine-not-allowed", true, "x"), "shop: x.");
  assert.equal(skew("engine-not-allowed", false, "x"), undefined);
  assert.equal(skew("pins-disagree", true, "x"), undefined);
});

test("a project is reminded of once a day", () => {
  const now = 1_000 * HOUR_MS;
  assert.ok(mayRemind({}, "/a", now));
  const reminded = withReminded({ "/old": 1, "/b": now - HOUR_MS }, "/a", now);
  assert.deepEqual(reminded, { "/b": now - HOUR_MS, "/a": now });
  assert.ok(!mayRemind(reminded, "/a", now + 23 * HOUR_MS));
  assert.ok(mayRemind(reminded, "/a", now + 24 * HOUR_MS));
  assert.ok(mayRemind(reminded, "/a", now - HOUR_MS));
});

test("the engine in use is updated the way it was installed", () => {
  assert.deepEqual(updateOf(VERSIONS), { command: "uv tool upgrade dbt-core" });
  assert.ok("problem" in updateOf({ ...VERSIONS, engines: [] }));
  const unknown = updateOf({ ...VERSIONS, engines: [{ ...ENGINE, update: null }] });
  assert.match("problem" in unknown ? unknown.problem : "", /\.venv/);
});

test("the document has every project and what could not be asked", () => {
  assert.equal(
    shownText([VERSIONS, { ...VERSIONS, problems: ["no answer"] }]),
    "shop: dbt 1.11\n\nshop: dbt 1.11\n  note: no answer\n",
  );
});
