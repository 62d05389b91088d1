import assert from "node:assert/strict";
import { test } from "node:test";
import { Crashes } from "../src/crashes";
import { scopeToWrite } from "../src/deferral";
import { menuItems } from "../src/menu";
import { projectAbove } from "../src/projects";
import type { ProjectStatus } from "../src/status";

test("the toggle writes where the setting is in force, else to the user's settings", () => {
  assert.equal(scopeToWrite(undefined), "user");
  assert.equal(scopeToWrite({ globalValue: false }), "user");
  assert.equal(scopeToWrite({ globalValue: false, workspaceValue: true }), "workspace");
  assert.equal(scopeToWrite({ workspaceValue: true, workspaceFolderValue: false }), "folder");
});

test("a project is found at or above a folder", () => {
  const exists = (file: string) => file === "/a/b/dbt_project.yml";
  assert.equal(projectAbove("/a/b/models/staging", exists), "/a/b");
  assert.equal(projectAbove("/a/b", exists), "/a/b");
  assert.equal(projectAbove("/a", exists), undefined);
});

test("four crashes within three minutes end the restarts, four in a day do not", () => {
  const often = new Crashes();
  assert.deepEqual(
    [0, 1_000, 2_000, 3_000].map((time) => often.mayRestart(time)),
    [true, true, true, false],
  );
  const seldom = new Crashes();
  assert.ok([0, 1, 2, 3].every((hour) => seldom.mayRestart(hour * 3_600_000)));
});

test("the menu offers what the project's state allows", () => {
  const project = { name: "shop", defer: { on: true, state: null }, errors: 0, warnings: 1 } as ProjectStatus;
  const labels = (it: ProjectStatus | undefined, file?: string) => menuItems(it, file).map((item) => item.label);
  assert.match(labels(project, "file:///p/dbt_project.yml").join(), /Turn Deferral Off.*Problems.*dbt_project\.yml/);
  assert.match(labels({ ...project, defer: { on: false, state: null } }).join(), /Turn Deferral On/);
  assert.equal(labels(undefined).length, 3);
});
