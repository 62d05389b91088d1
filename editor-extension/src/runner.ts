// Runs one program: no shell, the environment as it is given, output as it comes. No `vscode` here.
import { type ChildProcess, spawn } from "node:child_process";

export interface Run {
  command: string;
  args: readonly string[];
  cwd: string;
  /** Over the environment of this process. It holds secrets: it goes nowhere but into the program. */
  environment: Readonly<Record<string, string>>;
  onOutput: (text: string) => void;
  /** Ends the program and all that it started. */
  signal?: AbortSignal;
}

export type Outcome = { kind: "exited"; code: number } | { kind: "cancelled" } | { kind: "failed"; problem: string };

/** So long a program may take to end when it is asked to. */
const GRACE_MS = 5_000;

export function run(it: Run): Promise<Outcome> {
  return new Promise((resolve) => {
    if (it.signal?.aborted) {
      resolve({ kind: "cancelled" });
      return;
    }
    const child = spawn(it.command, [...it.args], {
      cwd: it.cwd,
      env: { ...process.env, ...it.environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that all of it can be ended.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    let killer: NodeJS.Timeout | undefined;
    const cancel = () => {
      end(child, "SIGINT");
      killer = setTimeout(() => end(child, "SIGKILL"), GRACE_MS);
    };
    const finish = (outcome: Outcome) => {
      clearTimeout(killer);
      it.signal?.removeEventListener("abort", cancel);
      resolve(it.signal?.aborted && outcome.kind !== "failed" ? { kind: "cancelled" } : outcome);
    };
    it.signal?.addEventListener("abort", cancel, { once: true });
    child.stdout?.setEncoding("utf8").on("data", it.onOutput);
    child.stderr?.setEncoding("utf8").on("data", it.onOutput);
    child.once("error", (error: NodeJS.ErrnoException) =>
      finish({
        kind: "failed",
        problem: error.code === "ENOENT" ? `there is no program ${it.command}` : error.message,
      }),
    );
    child.once("close", (code) => finish({ kind: "exited", code: code ?? 1 }));
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** The command as one would type it. Variables are not part of it: they may be secret. */
export function commandLine(command: string, args: readonly string[]): string {
  return [command, ...args].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The words of a line as a shell takes them: blanks separate, quotes hold together. */
export function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    if (quote !== undefined) {
      if (letter === quote) {
        quote = undefined;
      } else {
        word += letter;
      }
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) {
        found.push(word);
      }
      word = undefined;
    } else {
      word = (word ?? "") + letter;
    }
  }
  if (word !== undefined) {
    found.push(word);
  }
  return found;
}
