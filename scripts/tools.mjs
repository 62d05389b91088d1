// Helpers of the scripts. Node's own modules only: these run before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const at = (...parts) => path.join(root, ...parts);

/** Where tools that are not part of the project are kept between runs. */
export const cache = path.resolve(process.env.TANDEM_CACHE ?? path.join(os.homedir(), ".cache", "tandem"));
export const editorFolder = path.resolve(process.env.VSCODE_E2E_DIR ?? path.join(cache, "vscode-e2e"));

export const exe = process.platform === "win32" ? ".exe" : "";

/** Platform names as VS Code's packages have them. */
export const platform = `${process.platform === "darwin" ? "darwin" : process.platform}-${process.arch}`;

export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Something that nobody must overlook. */
export function shout(text) {
  const bar = "!".repeat(78);
  say(`\n${bar}\n${text}\n${bar}\n`);
}

export class Failed extends Error {}

/** Runs a command with its output shown; a status other than 0 is an error, unless it is in `allow`. */
export async function run(command, args, { allow = [], env, cwd = root, quiet = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32" && !path.isAbsolute(command),
  });
  let output = "";
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (output += data));
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new Failed(error.code === "ENOENT" ? `${command} is not installed` : error.message)),
    );
    child.once("close", (...result) => resolve(result));
  });
  if (code !== 0 && !allow.includes(code)) {
    throw new Failed(`${command} ${args.join(" ")} ended with ${code ?? signal}\n${output}`);
  }
  return code;
}

export function has(command) {
  const names = process.platform === "win32" ? [`${command}.exe`, `${command}.cmd`] : [command];
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .some((folder) => names.some((name) => fs.existsSync(path.join(folder, name))));
}

/** A tool that npm installed. */
export function local(name) {
  return at("node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
}

/** Installs the packages of the lock file, unless just those were installed before. */
export async function installPackages() {
  const wanted = createHash("sha256")
    .update(fs.readFileSync(at("package-lock.json")))
    .digest("hex");
  const note = at("node_modules", ".tandem-installed");
  if (fs.existsSync(note) && fs.readFileSync(note, "utf8") === wanted) {
    return;
  }
  say("Installing npm packages");
  await run("npm", ["ci", "--loglevel=error"]);
  fs.writeFileSync(note, wanted);
}

/** Installs a Debian package as root; says false where that cannot be done. */
export async function ensureCommand(command, debianPackage) {
  if (has(command)) {
    return true;
  }
  if (process.getuid?.() !== 0 || !has("apt-get")) {
    return false;
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update", "-q"], { quiet: true });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", debianPackage], { env, quiet: true });
  } catch (error) {
    say(error.message);
    return false;
  }
  return has(command);
}

/**
 * Installs the web VS Code that the end-to-end tests drive. Says false where this machine cannot
 * have it; anything else that goes wrong is an error.
 */
export async function prepareEditor({ browser = true } = {}) {
  if (process.platform !== "linux" || !has("bash")) {
    return false;
  }
  const script = [at("tests", "e2e", "setup.sh"), editorFolder, ...(browser ? [] : ["without-browser"])];
  return (await run("bash", script, { allow: [3] })) === 0;
}

/** Cargo's target folder, which a user may have moved. */
function targetFolder() {
  const { status, stdout } = spawnSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? JSON.parse(stdout).target_directory : at("target");
}

export const serverBinary = () => path.join(targetFolder(), "release", `tandem${exe}`);

export async function buildServer() {
  if (!has("cargo")) {
    throw new Failed("cargo is not installed: Tandem's server is built with Rust, see https://rustup.rs");
  }
  await run("cargo", ["build", "--release", "--locked", "--package", "tandem"]);
  return serverBinary();
}

/** Puts the release binary where the extension looks for it. */
export async function bundleServer() {
  const from = process.env.TANDEM_BINARY ?? (await buildServer());
  const to = at("editor-extension", "bin", `tandem${exe}`);
  fs.mkdirSync(path.dirname(to), { recursive: true });
  // Beside and renamed: an editor may be running the old one.
  fs.copyFileSync(from, `${to}.new`);
  fs.chmodSync(`${to}.new`, 0o755);
  fs.renameSync(`${to}.new`, to);
  return to;
}

/** Ends the script with the message alone: a stack trace of a script helps nobody. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Failed ? error.message : (error.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
