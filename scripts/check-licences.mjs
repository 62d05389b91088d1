// Are all crates and npm packages under a licence of deny.toml's list? Works offline.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { at, Failed, has, main, root, run, say } from "./tools.mjs";

// Tools that build and check but of which nothing is shipped.
const TOOLS_ONLY = ["Artistic-2.0", "SEE LICENSE IN LICENSE.txt"];

export async function checkLicences() {
  const allowed = new Set(allowList());
  const bad = [
    ...crates().filter(({ licence }) => !acceptable(licence, allowed)),
    ...packages().filter(({ licence, shipped }) => {
      return !acceptable(licence, allowed) && (shipped || !TOOLS_ONLY.includes(licence));
    }),
  ];
  if (bad.length > 0) {
    const lines = bad.map(({ name, licence }) => `  ${name}: ${licence || "says none"}`);
    throw new Failed(`licences that deny.toml does not list:\n${lines.join("\n")}`);
  }
  if (has("cargo-deny")) {
    await run("cargo", ["deny", "--offline", "check", "licenses", "bans", "sources"]);
  }
  say("Licences are fine. Advisories are not checked: their database is not available offline.");
}

function allowList() {
  const list = /\ballow = \[([^\]]*)\]/.exec(fs.readFileSync(at("deny.toml"), "utf8"));
  return [...list[1].matchAll(/"([^"]+)"/g)].map((match) => match[1]);
}

function crates() {
  const output = execFileSync("cargo", ["metadata", "--format-version", "1", "--locked"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output)
    .packages.filter(({ source }) => source !== null)
    .map((crate) => ({ name: `${crate.name} ${crate.version}`, licence: crate.license ?? namedByFile(crate) }));
}

/** Some crates name no licence, only a file that holds it. */
function namedByFile({ license_file: file, manifest_path: manifest }) {
  const text = file ? fs.readFileSync(path.resolve(path.dirname(manifest), file), "utf8") : "";
  return text.startsWith("Permission is hereby granted, free of charge") ? "MIT" : "";
}

function packages() {
  const lock = JSON.parse(fs.readFileSync(at("package-lock.json"), "utf8"));
  const shipped = reachable(lock.packages, "node_modules/vscode-languageclient");
  return Object.entries(lock.packages)
    .filter(([folder]) => folder !== "")
    .map(([folder, { version, license }]) => ({
      name: `${folder.replace(/^.*node_modules\//, "")} ${version}`,
      licence: license ?? installedLicence(folder),
      shipped: shipped.has(folder),
    }));
}

/** What esbuild may take into the bundle: a package and all that it depends on. */
function reachable(all, start) {
  const found = new Set();
  const queue = [start];
  while (queue.length > 0) {
    const folder = queue.pop();
    if (folder === undefined || found.has(folder)) {
      continue;
    }
    found.add(folder);
    for (const name of Object.keys(all[folder]?.dependencies ?? {})) {
      const nested = `${folder}/node_modules/${name}`;
      queue.push(nested in all ? nested : `node_modules/${name}`);
    }
  }
  return found;
}

function installedLicence(folder) {
  const file = at(folder, "package.json");
  if (!fs.existsSync(file)) {
    return "not installed on this platform";
  }
  const { license, licenses } = JSON.parse(fs.readFileSync(file, "utf8"));
  return license?.type ?? license ?? licenses?.map(({ type }) => type).join(" OR ") ?? "";
}

/** SPDX expressions: OR, AND, WITH, brackets, and the old slash for OR. */
export function acceptable(expression, allowed) {
  const tokens = expression.replace(/\//g, " OR ").match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const either = () => {
    let value = both();
    while (tokens[at] === "OR") {
      at += 1;
      value = both() || value;
    }
    return value;
  };
  const both = () => {
    let value = one();
    while (tokens[at] === "AND") {
      at += 1;
      value = one() && value;
    }
    return value;
  };
  const one = () => {
    if (tokens[at] === "(") {
      at += 1;
      const value = either();
      at += 1;
      return value;
    }
    let name = tokens[at++] ?? "";
    if (tokens[at] === "WITH") {
      name = `${name} WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return allowed.has(name);
  };
  return tokens.length > 0 && either() && at === tokens.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(checkLicences);
}
