import assert from "node:assert/strict";
import { test } from "node:test";
import { redactText, redactTrace } from "../src/redact";

const trace = (params: unknown) => redactTrace(`Sending notification 'x'.\nParams: ${JSON.stringify(params, null, 4)}`);

test("the text of .env and profiles.yml is not traced", () => {
  for (const file of [".env", ".env.local", "prod.env", "profiles.yml", "dbt_cloud.yml"]) {
    const opened = trace({ textDocument: { uri: `file:///p/${file}`, text: "HOST=hunter2\n" } });
    const typed = trace({ textDocument: { uri: `file:///p/${file}` }, contentChanges: [{ text: "hunter2" }] });
    const edited = trace({ edit: { changes: { [`file:///p/${file}`]: [{ newText: "hunter2" }] } } });
    assert.doesNotMatch(opened + typed + edited, /hunter2/, file);
    assert.match(opened, /13 characters/);
  }
});

test("other files are traced", () => {
  assert.match(trace({ textDocument: { uri: "file:///p/a.sql", text: "select 1" } }), /select 1/);
});

test("values of dbt.environmentVariables are masked, names stay", () => {
  const text = trace({ settings: { dbt: { environmentVariables: { HOST: "hunter2" } } } });
  assert.match(text, /HOST/);
  assert.doesNotMatch(text, /hunter2/);
});

test("secrets in running text are masked", () => {
  for (const text of [
    "DBT_ENV_SECRET_KEY=hunter2",
    "DBT_ENV_SECRET_KEY: 'hunter2'",
    "password: hunter2 and more",
    '"client_secret": "hunter2"',
    "token-value: hunter2",
    "got dbtc_hunter2abcdef back",
  ]) {
    assert.doesNotMatch(redactText(text), /hunter2/, text);
  }
  assert.equal(redactText("select password from users"), "select password from users");
});

test("a message that is no JSON passes through the text rules", () => {
  assert.equal(redactTrace("Params: {oops DBT_ENV_SECRET_A=hunter2"), "Params: {oops DBT_ENV_SECRET_A=•••");
});

test("what a program is started with is not traced at all", () => {
  for (const method of ["tandem/spawnEnvironment", "tandem/importPlatformList", "tandem/dotenvFromExample"]) {
    const body = JSON.stringify({ variables: { HOST: "hunter2" }, text: "hunter2" });
    const answer = redactTrace(`Received response '${method} - (7)' in 3ms.\nResult: ${body}`);
    assert.match(answer, new RegExp(method));
    assert.doesNotMatch(answer, /hunter2|HOST/);
  }
});
