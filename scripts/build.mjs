// Bundles the extension into editor-extension/dist/extension.js.
//   node scripts/build.mjs [--development]
import { fileURLToPath } from "node:url";
import { at, installPackages, local, main, run } from "./tools.mjs";

export async function buildExtension({ development = false } = {}) {
  await installPackages();
  await run(local("esbuild"), [
    at("editor-extension", "src", "extension.ts"),
    "--bundle",
    "--platform=node",
    "--target=node20",
    "--format=cjs",
    "--external:vscode",
    `--outfile=${at("editor-extension", "dist", "extension.js")}`,
    development ? "--sourcemap" : "--minify",
    "--log-level=warning",
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => buildExtension({ development: process.argv.includes("--development") }));
}
