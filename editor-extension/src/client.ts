import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  type DocumentSelector,
  ErrorAction,
  type Executable,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  type WorkspaceEdit,
} from "vscode-languageclient/node";
import { chooseServer } from "./chooseServer";
import { Crashes } from "./crashes";
import type { Connection, Status } from "./status";
import type { TraceChannel } from "./trace";

// By path, not by language: a model is SQL in whichever language the user's other extensions gave it.
// The server ignores, cheaply, what belongs to no dbt project.
const DOCUMENTS: DocumentSelector = [
  { scheme: "file", pattern: "**/*.{sql,py,yml,yaml,md,csv}" },
  { scheme: "file", pattern: "**/.env" },
  { scheme: "file", pattern: "**/.env.*" },
  { scheme: "file", pattern: "**/.dbtignore" },
  { scheme: "file", pattern: "**/.gitignore" },
  { scheme: "file", pattern: "**/{.devcontainer.json,devcontainer.json}" },
];

/** Owns the one server process: starts, stops and restarts it, one thing at a time. */
export class Client implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();
  private readonly connectionChanged = new vscode.EventEmitter<Connection>();
  private readonly statusReceived = new vscode.EventEmitter<Status>();
  readonly onConnection = this.connectionChanged.event;
  readonly onStatus = this.statusReceived.event;
  /** Has the last word on what the server is told of the section `dbt` for a folder. */
  adjustSettings: (section: unknown, folder: string | undefined) => unknown = (section) => section;
  private readonly listeners = new Map<string, (params: unknown) => void>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly trace: TraceChannel,
  ) {}

  get running(): boolean {
    return this.client?.state === State.Running;
  }

  /** Queued, because a second restart may be asked for while the first still waits for the server. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  /** Listens to a notification of the server, of this one and of those after it. */
  onNotified<T>(method: string, listener: (params: T) => void): vscode.Disposable {
    this.listeners.set(method, listener as (params: unknown) => void);
    return new vscode.Disposable(() => this.listeners.delete(method));
  }

  async request<T>(method: string, params?: unknown): Promise<T> {
    const client = this.client;
    if (client === undefined) {
      throw new Error("the Tandem server is not running");
    }
    // Without parameters is not the same as with empty ones.
    return params === undefined ? client.sendRequest<T>(method) : client.sendRequest<T>(method, params);
  }

  /** An edit of the protocol as VS Code makes it, with what needs a confirmation. */
  async toWorkspaceEdit(edit: WorkspaceEdit): Promise<vscode.WorkspaceEdit> {
    const client = this.client;
    if (client === undefined) {
      throw new Error("the Tandem server is not running");
    }
    return client.protocol2CodeConverter.asWorkspaceEdit(edit);
  }

  async notify(method: string, params: unknown): Promise<void> {
    await this.client?.sendNotification(method, params);
  }

  dispose(): void {
    this.connectionChanged.dispose();
    this.statusReceived.dispose();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error);
      this.log.error(problem);
      this.connectionChanged.fire({ state: "stopped", problem });
    });
    return this.queue;
  }

  private async startNow(): Promise<void> {
    const server = chooseServer({
      setting: vscode.workspace.getConfiguration("dbt").get<string>("server.path", ""),
      bundled: bundledServer(this.context),
      trusted: vscode.workspace.isTrusted,
      exists: isFile,
    });
    if ("problem" in server) {
      throw new Error(server.problem);
    }
    this.log.info(`Starting ${server.command}${server.note === undefined ? "" : ` (${server.note})`}`);
    this.connectionChanged.fire({ state: "starting" });
    const executable: Executable = { command: server.command, args: ["lsp"], options: { cwd: this.workingFolder() } };
    // The id is also the section whose `trace.server` the library reads.
    const client = new LanguageClient("dbt", "Tandem", executable, this.options());
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.client === client) {
        this.connectionChanged.fire(connectionOf(newState));
      }
    });
    client.onNotification("tandem/status", (status: Status) => {
      if (this.client === client) {
        this.statusReceived.fire(status);
      }
    });
    for (const method of this.listeners.keys()) {
      client.onNotification(method, (params: unknown) => {
        if (this.client === client) {
          this.listeners.get(method)?.(params);
        }
      });
    }
    await client.start();
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client !== undefined) {
      this.connectionChanged.fire({ state: "stopped" });
      await client.dispose().catch((error: unknown) => this.log.warn(`The server did not end cleanly: ${error}`));
    }
  }

  /** An empty folder of ours, not one of the workspace: what lies beside a process can change what it does. */
  private workingFolder(): string {
    const folder = this.context.globalStorageUri.fsPath;
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  private options(): LanguageClientOptions {
    const crashes = new Crashes();
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      traceOutputChannel: this.trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: "tandem",
      synchronize: { configurationSection: "dbt" },
      initializationOptions: { trusted: vscode.workspace.isTrusted },
      markdown: { isTrusted: false, supportHtml: false },
      middleware: {
        workspace: {
          configuration: async (params, token, next) => {
            const sections = await next(params, token);
            if (!Array.isArray(sections)) {
              return sections;
            }
            return sections.map((section, index) => {
              const { section: name, scopeUri } = params.items[index] ?? {};
              const folder = scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri).fsPath;
              return name === "dbt" ? this.adjustSettings(section, folder) : section;
            });
          },
        },
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          if (crashes.mayRestart(Date.now())) {
            this.log.warn("The server ended unexpectedly; starting it again.");
            return { action: CloseAction.Restart, handled: true };
          }
          return {
            action: CloseAction.DoNotRestart,
            message:
              'The Tandem server ended again and again. See "Tandem: Show Log", then run "Tandem: Restart Server".',
          };
        },
      },
    };
  }
}

function connectionOf(state: State): Connection {
  switch (state) {
    case State.Running:
      return { state: "running" };
    case State.Stopped:
      return { state: "stopped" };
    default:
      return { state: "starting" };
  }
}

function bundledServer(context: vscode.ExtensionContext): string {
  const name = process.platform === "win32" ? "tandem.exe" : "tandem";
  return path.join(context.extensionPath, "editor-extension", "bin", name);
}

function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
