// The extension's unit tests: bundled for node, which reads no TypeScript in the oldest version that serves.
import fs from "node:fs";
import { at, local, run } from "./tools.mjs";

export async function unitTests() {
  const folder = at("editor-extension", "test");
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const out = at("artifacts", "unit");
  fs.rmSync(out, { recursive: true, force: true });
  await run(local("esbuild"), [
    ...names.map((name) => at("editor-extension", "test", name)),
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--packages=external",
    "--sourcemap=inline",
    "--out-extension:.js=.mjs",
    `--outdir=${out}`,
    "--log-level=warning",
  ]);
  const tests = names.map((name) => at("artifacts", "unit", name.replace(/\.ts$/, ".mjs")));
  await run(process.execPath, ["--enable-source-maps", "--test", ...tests]);
}
