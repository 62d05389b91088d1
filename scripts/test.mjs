// Everything that is checked, from a fresh clone: node scripts/test.mjs [STEP …]
// Without steps all run, and a step that fails does not keep the others from running.
import { checkLicences } from "./check-licences.mjs";
import { packageExtension } from "./package.mjs";
import {
  at,
  editorFolder,
  ensureCommand,
  Failed,
  has,
  installPackages,
  local,
  main,
  prepareEditor,
  run,
  say,
  shout,
} from "./tools.mjs";
import { unitTests } from "./unit.mjs";

class Skipped extends Error {}

const STEPS = {
  lint: async () => {
    await run(local("biome"), ["ci", "."]);
    await run(local("tsc"), []);
  },
  unit: unitTests,
  licences: checkLicences,
  fmt: () => run("cargo", ["fmt", "--all", "--check"]),
  clippy: () => run("cargo", ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
  cargo: () => run("cargo", ["test", "--workspace", "--locked", "--no-fail-fast"]),
  vsix: packageExtension,
  vscode: async () => {
    if (!(await prepareEditor())) {
      throw new Skipped("no real VS Code on this machine: it needs Linux, Chromium and what builds its modules");
    }
    for (const file of ["vscode.test.mjs", "environment.test.mjs"]) {
      await run(process.execPath, ["--test", at("tests", "e2e", file)], { env: { VSCODE_E2E_DIR: editorFolder } });
    }
  },
  neovim: async () => {
    if (!(await ensureCommand("nvim", "neovim"))) {
      throw new Skipped("Neovim is not installed and cannot be (as root on Debian: apt-get install neovim)");
    }
    await run(process.execPath, ["--test", at("tests", "e2e", "neovim.test.mjs")]);
  },
};

async function test(names) {
  const unknown = names.filter((name) => !(name in STEPS));
  if (unknown.length > 0) {
    throw new Failed(`unknown step ${unknown.join(", ")}; there are: ${Object.keys(STEPS).join(", ")}`);
  }
  if (!has("cargo")) {
    throw new Failed("cargo is not installed: Tandem's server is built with Rust, see https://rustup.rs");
  }
  const chosen = names.length > 0 ? names : Object.keys(STEPS);
  await installPackages();
  const results = [];
  for (const name of chosen) {
    say(`\n==> ${name}`);
    const began = performance.now();
    let outcome = "passed";
    try {
      await STEPS[name]();
    } catch (error) {
      outcome = error instanceof Skipped ? "SKIPPED" : "FAILED";
      say(error instanceof Failed || error instanceof Skipped ? error.message : error.stack);
    }
    results.push({ name, outcome, seconds: (performance.now() - began) / 1000 });
  }
  say("");
  for (const { name, outcome, seconds } of results) {
    say(`${outcome.padEnd(8)} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s`);
  }
  const skipped = results.filter(({ outcome }) => outcome === "SKIPPED").map(({ name }) => name);
  if (skipped.length > 0) {
    shout(`NOT TESTED HERE: ${skipped.join(", ")}. The reasons stand above.`);
  }
  const failed = results.filter(({ outcome }) => outcome === "FAILED").map(({ name }) => name);
  if (failed.length > 0) {
    throw new Failed(`failed: ${failed.join(", ")}`);
  }
}

await main(() => test(process.argv.slice(2)));
