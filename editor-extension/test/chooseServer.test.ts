import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseServer, type ServerChoice } from "../src/chooseServer";

const files = new Set(["/extension/bin/tandem", "/opt/tandem"]);
const choose = (changes: Partial<ServerChoice>) =>
  chooseServer({
    setting: "",
    bundled: "/extension/bin/tandem",
    trusted: true,
    exists: (file) => files.has(file),
    ...changes,
  });

test("the bundled binary runs when nothing is set", () => {
  assert.deepEqual(choose({}), { command: "/extension/bin/tandem", note: undefined });
});

test("a trusted folder's user may choose another binary", () => {
  assert.equal((choose({ setting: " /opt/tandem " }) as { command: string }).command, "/opt/tandem");
});

test("an untrusted folder cannot choose the binary", () => {
  const server = choose({ setting: "/opt/tandem", trusted: false });
  assert.equal((server as { command: string }).command, "/extension/bin/tandem");
  assert.match((server as { note: string }).note, /until this folder is trusted/);
});

test("a relative path and a missing file are refused with the reason", () => {
  assert.match((choose({ setting: "target/tandem" }) as { note: string }).note, /not an absolute path/);
  assert.match((choose({ setting: "/opt/none" }) as { note: string }).note, /no file \/opt\/none/);
});

test("without any binary it says what to do", () => {
  const server = choose({ bundled: "/extension/bin/other" });
  assert.match((server as { problem: string }).problem, /Set dbt\.server\.path/);
});
