import assert from "node:assert/strict";
import { test } from "node:test";
import { age, type ProjectStatus, projectOf, type Status, view } from "../src/status";

const project: ProjectStatus = {
  name: "jaffle_hybrid",
  root: "/home/ana/jaffle",
  target: "dev",
  profile: "jaffle",
  adapter: "duckdb",
  version: "1.11",
  version_reason: "pinned",
  defer: { on: true, state: "prod-state", generated_at: "2026-09-01T04:00:00.000000Z" },
  models: 40,
  errors: 1,
  warnings: 2,
};
const status: Status = { health: "ok", projects: [project] };
const running = { state: "running" } as const;
const now = new Date("2026-09-01T07:30:00Z");
const shown = (changes: Partial<ProjectStatus>, more: Partial<Status> = {}) =>
  view(running, { ...status, ...more }, { ...project, ...changes }, now);

test("the line names project, target and deferral", () => {
  assert.equal(shown({}).text, "$(database) dbt jaffle_hybrid · dev · defer on");
  assert.equal(shown({ defer: { on: false, state: null } }).text, "$(database) dbt jaffle_hybrid · dev · defer off");
  assert.equal(
    shown({ target: null, defer: { on: true, state: null } }).text,
    "$(database) dbt jaffle_hybrid · defer on, no state",
  );
});

test("loading and health show in the icon", () => {
  assert.match(shown({}, { loading: "models" }).text, /^\$\(loading~spin\)/);
  assert.match(shown({}, { health: "warning" }).text, /^\$\(warning\)/);
  assert.deepEqual([shown({}, { health: "error" }).severity, shown({}).severity], ["error", "none"]);
});

test("the tooltip explains", () => {
  const { tooltip } = shown({}, { message: "no profile found" });
  assert.match(tooltip, /Target dev of profile jaffle \(duckdb\)/);
  assert.match(tooltip, /Deferral on · state prod\\-state · 3 h old/);
  assert.match(tooltip, /judged by dbt 1\\.11: pinned/);
  assert.match(tooltip, /40 models · 1 error, 2 warnings/);
  assert.match(tooltip, /no profile found/);
});

test("a name from a file is text, not markup", () => {
  assert.match(shown({ name: "[x](command:evil)" }).tooltip, /\\\[x\\\]\\\(command:evil\\\)/);
});

test("the innermost project of the active file is shown", () => {
  const inner = { ...project, name: "inner", root: "file:///home/ana/jaffle/packages/in%20ner" };
  const twin = { ...project, name: "twin", root: "/home/ana/jaffle-2" };
  const all = [project, inner, twin];
  assert.equal(projectOf(all, "/home/ana/jaffle/packages/in ner/models/a.sql")?.name, "inner");
  assert.equal(projectOf(all, "/home/ana/jaffle/models/a.sql")?.name, "jaffle_hybrid");
  assert.equal(projectOf(all, "/home/ana/jaffle-2/models/a.sql")?.name, "twin");
  assert.equal(projectOf(all, "/elsewhere/a.sql", "/home/ana/jaffle-2")?.name, "twin");
  assert.equal(projectOf(all, undefined)?.name, "jaffle_hybrid");
  assert.equal(projectOf([], "/a.sql"), undefined);
});

test("a Windows folder holds its files whatever the slashes and the drive's case", () => {
  const windows = { ...project, root: "file:///C%3A/home/ana/jaffle" };
  assert.equal(projectOf([twinOf(windows), windows], "c:\\home\\ana\\jaffle\\models\\a.sql")?.root, windows.root);
});
const twinOf = (it: ProjectStatus) => ({ ...it, root: "D:\\home" });

test("a server that stopped says why", () => {
  const { text, tooltip, severity } = view({ state: "stopped", problem: "no binary" }, status, project, now);
  assert.deepEqual([text, severity], ["$(error) dbt", "error"]);
  assert.match(tooltip, /no binary/);
});

test("ages are short", () => {
  assert.deepEqual([-1, 59, 60, 7_199, 7_200, 200_000].map(age), ["0 s", "59 s", "1 min", "1 h", "2 h", "2 d"]);
});
