// A copy of an example to work on, and places in its files by the text that stands there.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

const NOT_COPIED = new Set(["target", "dbt_packages", "logs"]);

/** Copies `examples/`, so that projects which name each other still find each other. */
export function copyExamples() {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "tandem-")));
  for (const name of ["jaffle-hybrid", "jaffle-upstream"]) {
    fs.cpSync(path.join(root, "examples", name), path.join(folder, name), {
      recursive: true,
      filter: (from) => !NOT_COPIED.has(path.basename(from)),
    });
  }
  return {
    folder,
    project: path.join(folder, "jaffle-hybrid"),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

/** The place just after the first character of `needle`, counted from 0. */
export function find(text, needle) {
  const at = text.indexOf(needle);
  if (at < 0) {
    throw new Error(`the example no longer holds ${JSON.stringify(needle)}`);
  }
  const before = text.slice(0, at + 1).split("\n");
  return { line: before.length - 1, character: before.at(-1).length };
}

export const SECRETS = ["not-a-real-secret", "dbtc_"];
