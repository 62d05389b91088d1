import assert from "node:assert/strict";
import { test } from "node:test";
import { type Targets, targetItems, withChosenTarget, withTarget } from "../src/target";

const targets: Targets = {
  profile: "shop",
  targets: [
    { name: "dev", adapter: "duckdb" },
    { name: "prod", adapter: null },
  ],
  default: "dev",
  current: "prod",
  reason: "chosen in the settings",
  chosen: true,
};

test("the default comes first, and the choice has a mark", () => {
  const shown = (chosen: string | undefined, setting: string) =>
    targetItems(targets, chosen, setting).map((it) => `${it.label} (${it.description ?? ""})`);
  assert.deepEqual(shown("prod", ""), ["Default of the profile (dev)", "dev (duckdb)", "$(check) prod (in use)"]);
  assert.deepEqual(shown(undefined, "ci"), [
    "$(check) Default of the profile (ci, as the setting dbt.target says)",
    "dev (duckdb)",
    "prod (in use)",
  ]);
});

test("a choice belongs to one project and can be taken back", () => {
  const one = withTarget({}, "/a", "prod");
  assert.deepEqual(withTarget(one, "/b", "ci"), { "/a": "prod", "/b": "ci" });
  assert.deepEqual(withTarget(one, "/a", undefined), {});
});

test("the server is told the choice in place of the setting", () => {
  const all = { "/a": "prod" };
  assert.deepEqual(withChosenTarget({ target: "ci", flag: {} }, all, "/a"), { target: "prod", flag: {} });
  assert.deepEqual(withChosenTarget({ target: "ci" }, all, "/b"), { target: "ci" });
  assert.deepEqual(withChosenTarget(null, all, "/a"), { target: "prod" });
});
