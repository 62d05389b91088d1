// Packs the extension with the server for this platform into dist/tandem-<platform>.vsix.
// TANDEM_BINARY names a server that is built already.
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { buildExtension } from "./build.mjs";
import { at, bundleServer, local, main, platform, run, say } from "./tools.mjs";

export const vsix = at("dist", `tandem-${platform}.vsix`);

export async function packageExtension() {
  await buildExtension();
  await bundleServer();
  fs.mkdirSync(at("dist"), { recursive: true });
  await run(
    local("vsce"),
    [
      "package",
      "--no-dependencies",
      "--allow-missing-repository",
      "--skip-license", // the two licence texts are inside; the check knows only a file named LICENSE
      "--readme-path",
      "editor-extension/README.md",
      "--target",
      platform,
      "--out",
      vsix,
    ],
    { quiet: true },
  );
  say(`${vsix}: ${(fs.statSync(vsix).size / 1e6).toFixed(1)} MB`);
  return vsix;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(packageExtension);
}
