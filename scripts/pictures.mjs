// Takes the pictures of the README anew: the end-to-end tests, with their screenshots kept.
import { packageExtension } from "./package.mjs";
import { at, editorFolder, Failed, main, prepareEditor, run } from "./tools.mjs";

await main(async () => {
  await packageExtension();
  if (!(await prepareEditor())) {
    throw new Failed("no real VS Code on this machine: no pictures");
  }
  await run(process.execPath, ["--test", at("tests", "e2e", "vscode.test.mjs")], {
    env: { VSCODE_E2E_DIR: editorFolder, TANDEM_PICTURES: at("docs", "pictures") },
  });
});
