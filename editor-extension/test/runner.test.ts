import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLine, run, words } from "../src/runner";

const node = process.execPath;

function collected(args: string[], more: { environment?: Record<string, string>; signal?: AbortSignal } = {}) {
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  const done = run({ command: node, args, cwd: process.cwd(), environment: {}, onOutput, ...more });
  return done.then((outcome) => ({ outcome, output }));
}

test("a program gets the environment and its output is told as it comes", async () => {
  const script = "console.log(process.env.DBT_A); console.error('e'); process.exit(3)";
  const { outcome, output } = await collected(["-e", script], { environment: { DBT_A: "it's $5" } });
  assert.deepEqual(outcome, { kind: "exited", code: 3 });
  assert.match(output, /it's \$5\n/);
  assert.match(output, /^e$/m);
});

test("a program that is not there is said so", async () => {
  const outcome = await run({ command: "no-such-program", args: [], cwd: ".", environment: {}, onOutput: () => {} });
  assert.deepEqual(outcome, { kind: "failed", problem: "there is no program no-such-program" });
});

test("a run can be cancelled, with all that it started", async () => {
  const abort = new AbortController();
  const script = "console.log('up'); setInterval(() => {}, 1000)";
  let output = "";
  const outcome = run({
    command: node,
    args: ["-e", script],
    cwd: process.cwd(),
    environment: {},
    signal: abort.signal,
    onOutput: (text) => {
      output += text;
      abort.abort();
    },
  });
  assert.deepEqual(await outcome, { kind: "cancelled" });
  assert.equal(output, "up\n");
  assert.deepEqual((await collected(["-e", "1"], { signal: abort.signal })).outcome, { kind: "cancelled" });
});

test("a command is shown as one would type it, and read so", () => {
  const args = ["run", "--select", "a b", "--vars", "{x: 'y'}"];
  const line = commandLine("dbt", args);
  assert.equal(line, "dbt run --select 'a b' --vars '{x: '\\''y'\\''}'");
  assert.deepEqual(words(`run --select "a b" --vars '{x: 1}'  ''`), ["run", "--select", "a b", "--vars", "{x: 1}", ""]);
});
