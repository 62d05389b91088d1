import assert from "node:assert/strict";
import { test } from "node:test";
import { type Check, childRows, type Diagnosis, doneSteps, markdown, rowLook, topRows } from "../src/doctor";

const check = (subject: string, state: Check["state"], next: string | null = null): Check => ({
  subject,
  state,
  fact: `${subject} is ${state}`,
  evidence: ["seen"],
  next,
});

const diagnosis = (way: Diagnosis["way"], ...checks: Check[]): Diagnosis => ({
  project: "shop",
  root: "/w/shop",
  way,
  checks,
});

test("one project shows its checks at once, several are rows of their own", () => {
  const one = diagnosis("local-engine", check("credentials", "problem", "write one"), check("deferral", "fine"));
  const [first, second] = topRows([one]);
  assert.ok(first && second);
  assert.deepEqual(
    [rowLook(first), rowLook(second)].map((it) => [it.label, it.description, it.icon, it.expanded]),
    [
      ["Credentials", "credentials is problem", "error", true],
      ["Deferral", "deferral is fine", "pass", false],
    ],
  );
  assert.deepEqual(
    childRows(first).map((row) => rowLook(row).label),
    ["seen", "write one"],
  );
  const [row] = topRows([one, { ...one, root: "/w/other" }]);
  assert.ok(row);
  assert.equal(rowLook(row).icon, "error");
  assert.equal(rowLook(row).description, "an engine on this machine runs dbt");
});

test("a step of the walkthrough is done when every project says so", () => {
  const fine = diagnosis("local-engine", check("credentials", "fine"), check("variables", "fine"));
  const missing = diagnosis("local-engine", check("credentials", "problem"), check("variables", "fine"));
  assert.equal(doneSteps([])["tandem.hasProject"], false);
  assert.equal(doneSteps([fine])["tandem.hasCredentials"], true);
  assert.equal(doneSteps([fine, missing])["tandem.hasCredentials"], false);
  assert.equal(doneSteps([fine, missing])["tandem.hasVariables"], true);
  assert.equal(doneSteps([diagnosis("platform-cli", check("credentials", "note"))])["tandem.hasCredentials"], true);
});

test("a report has every check", () => {
  const text = markdown(diagnosis("editor-only", check("versions", "warning", "update")));
  assert.equal(text, "# shop\n\n- **versions** (warning): versions is warning\n  - seen\n  - → update\n");
});
