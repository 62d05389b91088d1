import * as vscode from "vscode";
import type { Client } from "./client";
import { commandLine, type Outcome, run } from "./runner";

interface SpawnEnvironment {
  dbt: string | null;
  variables: Record<string, string>;
}

/** What dbt gets from Tandem. It holds secrets: whoever asks for it starts something with it at once. */
export async function spawnEnvironment(client: Client, root: string): Promise<SpawnEnvironment> {
  if (!vscode.workspace.isTrusted) {
    throw new Error("dbt is run in trusted folders only.");
  }
  return client.request<SpawnEnvironment>("tandem/spawnEnvironment", { root });
}

/**
 * Every run of dbt goes through here: the environment that Tandem shows, the exact command above the
 * output, an end when the user wants one.
 */
export class DbtRunner implements vscode.Disposable {
  private terminal: { shown: vscode.Terminal; write: (text: string) => void; cancel: () => void } | undefined;

  constructor(private readonly client: Client) {}

  /** Runs dbt, or another program where one is named, in the project's folder. */
  async run(root: string, args: readonly string[], program?: string): Promise<Outcome> {
    let resolved: SpawnEnvironment;
    try {
      resolved = await spawnEnvironment(this.client, root);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(problem);
      return { kind: "failed", problem };
    }
    const command = program ?? resolved.dbt ?? "dbt";
    const abort = new AbortController();
    const write = this.open(() => abort.abort());
    write(`> ${commandLine(command, args)}\n`);
    const outcome = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: commandLine(program ?? "dbt", args), cancellable: true },
      (_, token) => {
        token.onCancellationRequested(() => abort.abort());
        return run({
          command,
          args,
          cwd: root,
          environment: resolved.variables,
          onOutput: write,
          signal: abort.signal,
        });
      },
    );
    write(`${ending(outcome)}\n\n`);
    return outcome;
  }

  dispose(): void {
    this.terminal?.shown.dispose();
  }

  /** One terminal for all runs; Ctrl+C in it ends the one that is under way. */
  private open(cancel: () => void): (text: string) => void {
    if (this.terminal === undefined) {
      const written = new vscode.EventEmitter<string>();
      // What is written before the terminal is there is lost.
      let waiting: string[] | undefined = [];
      const write = (text: string) => {
        const lines = text.replace(/\r?\n/g, "\r\n");
        if (waiting === undefined) {
          written.fire(lines);
        } else {
          waiting.push(lines);
        }
      };
      const pty: vscode.Pseudoterminal = {
        onDidWrite: written.event,
        open: () => {
          const lines = waiting ?? [];
          waiting = undefined;
          written.fire(lines.join(""));
        },
        close: () => {
          this.terminal?.cancel();
          this.terminal = undefined;
        },
        handleInput: (keys) => {
          if (keys === "\u0003") {
            this.terminal?.cancel();
          }
        },
      };
      this.terminal = { shown: vscode.window.createTerminal({ name: "dbt", pty }), write, cancel };
    }
    this.terminal.cancel = cancel;
    this.terminal.shown.show(true);
    return this.terminal.write;
  }
}

function ending(outcome: Outcome): string {
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0 ? "Done." : `Ended with ${outcome.code}.`;
    case "cancelled":
      return "Cancelled.";
    case "failed":
      return `Could not be started: ${outcome.problem}`;
  }
}

/** Terminals in which dbt, typed by hand, gets what Tandem shows. */
export function terminalProfile(client: Client, root: () => Promise<string | undefined>): vscode.Disposable {
  return vscode.window.registerTerminalProfileProvider("tandem.dbtEnvironment", {
    async provideTerminalProfile() {
      const cwd = await root();
      if (cwd === undefined) {
        throw new Error("There is no dbt project.");
      }
      const env = (await spawnEnvironment(client, cwd)).variables;
      return new vscode.TerminalProfile({ name: "dbt environment", cwd, env });
    },
  });
}
