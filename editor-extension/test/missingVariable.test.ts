import assert from "node:assert/strict";
import { test } from "node:test";
import { missingVariable } from "../src/missingVariable";

test("the variable that a finding misses is read from it", () => {
  assert.equal(missingVariable("missing-env-var", "`DBT_A` is not set and has no default"), "DBT_A");
  assert.equal(missingVariable("unknown-ref", "`a` is not there"), undefined);
  assert.equal(missingVariable("missing-env-var", "nothing"), undefined);
});
