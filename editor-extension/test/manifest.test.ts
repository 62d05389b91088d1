import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

const root = process.cwd();
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
interface Manifest {
  version: string;
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { scope: string }> };
    grammars: { path: string }[];
    viewsContainers: { activitybar: { icon: string }[] };
    languages: { configuration: string; extensions?: string[] }[];
  };
}
const manifest: Manifest = JSON.parse(read("package.json"));

test("every file the manifest names exists", () => {
  const { languages, grammars } = manifest.contributes;
  for (const file of [...languages.map((it) => it.configuration), ...grammars.map((it) => it.path)]) {
    assert.ok(JSON.parse(read(file)), file);
  }
});

test("the view container has its icon", () => {
  for (const { icon } of manifest.contributes.viewsContainers.activitybar) {
    assert.match(read(icon), /currentColor/);
  }
});

test("a folder cannot choose a command that fills variables", () => {
  assert.equal(manifest.contributes.configuration.properties["dbt.env.command"]?.scope, "machine");
});

test("every command is registered, and every registered one is in the palette", () => {
  const sources = fs.readdirSync(path.join(root, "editor-extension/src"));
  const source = sources.map((it) => read(`editor-extension/src/${it}`)).join("\n");
  const registered = [...source.matchAll(/registerCommand\(\s*"([^"]+)"/g)].map((match) => match[1]).sort();
  assert.deepEqual(manifest.contributes.commands.map((it) => it.command).sort(), registered);
});

test("no language claims .sql, and no folder can choose the binary", () => {
  assert.ok(manifest.contributes.languages.every((it) => it.extensions === undefined));
  assert.equal(manifest.contributes.configuration.properties["dbt.server.path"]?.scope, "machine");
  assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes("dbt.server.path"));
});

test("the manifest declares the settings that the server reads, and no others", () => {
  const source = read("server/src/config.rs");
  const server = [...source.matchAll(/reader\.\w+\("([^"]+)"\)/g)].map((match) => `dbt.${match[1]}`);
  assert.ok(server.length > 3);
  const client = ["dbt.server.path", "dbt.trace.server", "dbt.version.trackReminder"];
  assert.deepEqual(Object.keys(manifest.contributes.configuration.properties).sort(), [...server, ...client].sort());
});

test("the typings are those of the oldest VS Code that is promised", () => {
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies["@types/vscode"]}`);
});

test("manifest and workspace have one version", () => {
  const workspace = /\[workspace\.package\][^[]*?\bversion = "([^"]+)"/.exec(read("Cargo.toml"))?.[1];
  assert.equal(manifest.version, workspace);
});
