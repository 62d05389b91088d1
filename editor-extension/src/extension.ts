import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { Client } from "./client";
import { DbtRunner, terminalProfile } from "./dbtRunner";
import { type Scope, scopeToWrite } from "./deferral";
import { EnvironmentView } from "./environmentView";
import { HybridView } from "./hybridView";
import { CompiledPreview } from "./preview";
import { writeProfile } from "./profileInit";
import { projectAbove } from "./projects";
import { QuickFixes } from "./quickFixes";
import { words } from "./runner";
import { StatusBar } from "./statusBar";
import { type ChosenTargets, type Targets, targetItems, withChosenTarget, withTarget } from "./target";
import { TraceChannel } from "./trace";
import { VersionCommands } from "./versionCommands";

const TARGETS: Record<Scope, vscode.ConfigurationTarget> = {
  user: vscode.ConfigurationTarget.Global,
  workspace: vscode.ConfigurationTarget.Workspace,
  folder: vscode.ConfigurationTarget.WorkspaceFolder,
};

/** Where the workspace's state keeps what the target picker chose. */
const CHOSEN_TARGETS = "tandem.targets";

let running: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const session = new Session(context);
  running = session;
  await session.startWhereNeeded();
}

/** VS Code waits for this before it ends the extension host: the server gets its `shutdown` and `exit`. */
export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}

class Session {
  private readonly log = vscode.window.createOutputChannel("Tandem", { log: true });
  private readonly trace = new TraceChannel();
  private readonly client: Client;
  private readonly preview: CompiledPreview;
  private readonly runner: DbtRunner;
  /** Made with the server: where there is no dbt project there is nothing to show. */
  private statusBar: StatusBar | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.client = new Client(context, this.log, this.trace);
    this.preview = new CompiledPreview(this.client);
    this.client.adjustSettings = (section, folder) => withChosenTarget(section, this.chosenTargets, folder);
    this.runner = new DbtRunner(this.client);
    context.subscriptions.push(
      this.log,
      this.trace,
      this.preview,
      this.runner,
      new EnvironmentView(this.client),
      new VersionCommands(context, this.client, this.runner, () => this.statusBar?.project),
      new HybridView(this.client),
      terminalProfile(this.client, async () => this.statusBar?.project?.root),
      this.client,
      this.client.onConnection((connection) => this.statusBar?.setConnection(connection)),
      this.client.onStatus((status) => this.statusBar?.setStatus(status)),
      vscode.languages.registerCodeActionsProvider({ scheme: "file" }, new QuickFixes(), QuickFixes.kinds),
      vscode.commands.registerCommand("tandem.showMenu", () => this.withStatusBar().showMenu()),
      vscode.commands.registerCommand("tandem.showLog", () => this.log.show(true)),
      vscode.commands.registerCommand("tandem.restartServer", () => this.start()),
      vscode.commands.registerCommand("tandem.toggleDefer", () => this.toggleDefer()),
      vscode.commands.registerCommand("tandem.selectTarget", () => this.selectTarget()),
      vscode.commands.registerCommand("tandem.profile.fromPlatform", () =>
        writeProfile(this.client, this.statusBar?.project?.root),
      ),
      vscode.commands.registerCommand("tandem.runDbt", (line?: string) => this.runDbt(line)),
      vscode.commands.registerCommand("tandem.showCompiledSql", () => this.preview.show()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restartIfStarted()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("dbt.server.path")) {
          void this.restartIfStarted();
        }
      }),
    );
  }

  stop(): Promise<void> {
    return this.client.stop();
  }

  /**
   * A window without a dbt project gets no server. A project may come later, by `dbt init` or with
   * a folder or a single file that is opened, so this keeps looking until it found one.
   */
  async startWhereNeeded(): Promise<void> {
    const waiting: vscode.Disposable[] = [];
    const startOnce = async () => {
      vscode.Disposable.from(...waiting).dispose();
      if (this.statusBar === undefined) {
        await this.start();
      }
    };
    const watcher = vscode.workspace.createFileSystemWatcher("**/dbt_project.yml", false, true, true);
    waiting.push(
      watcher,
      watcher.onDidCreate(startOnce),
      vscode.workspace.onDidOpenTextDocument(async (document) => {
        if (isInProject(document.uri)) {
          await startOnce();
        }
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(async () => {
        if (await projectIsOpen()) {
          await startOnce();
        }
      }),
    );
    this.context.subscriptions.push(...waiting);
    // After the listeners, so that a file opened during the search is not missed.
    if (await projectIsOpen()) {
      await startOnce();
    }
  }

  private start(): Promise<void> {
    this.withStatusBar();
    // What the `when` of menus and keys asks.
    void vscode.commands.executeCommand("setContext", "tandem.inProject", true);
    return this.client.restart();
  }

  private async restartIfStarted(): Promise<void> {
    if (this.statusBar !== undefined) {
      await this.client.restart();
    }
  }

  private withStatusBar(): StatusBar {
    if (this.statusBar === undefined) {
      this.statusBar = new StatusBar();
      this.context.subscriptions.push(this.statusBar);
    }
    return this.statusBar;
  }

  private get chosenTargets(): ChosenTargets {
    return this.context.workspaceState.get<ChosenTargets>(CHOSEN_TARGETS, {});
  }

  /** The choice stays in this workspace's state and counts over the setting; no file is edited. */
  private async selectTarget(): Promise<void> {
    const root = this.statusBar?.project?.root;
    if (root === undefined) {
      void vscode.window.showInformationMessage("Tandem: no dbt project is open.");
      return;
    }
    const folder = vscode.Uri.file(root);
    const targets = await this.client.request<Targets | null>("tandem/targets", { root });
    if (targets === null || targets.targets.length === 0) {
      void vscode.window.showInformationMessage("Tandem: the project's profile has no targets to choose from.");
      return;
    }
    const setting = vscode.workspace.getConfiguration("dbt", folder).get<string>("target", "");
    const chosen = this.chosenTargets[folder.fsPath];
    const reason = chosen === undefined ? targets.reason : "chosen here";
    const picked = await vscode.window.showQuickPick(targetItems(targets, chosen, setting), {
      title: "Target",
      placeHolder: `Profile ${targets.profile ?? ""}: ${targets.current ?? "none"}, ${reason}`,
    });
    if (picked === undefined) {
      return;
    }
    const all = withTarget(this.chosenTargets, folder.fsPath, picked.target);
    await this.context.workspaceState.update(CHOSEN_TARGETS, all);
    await this.client.notify("workspace/didChangeConfiguration", { settings: null });
  }

  private async runDbt(given?: string): Promise<void> {
    const project = this.statusBar?.project;
    if (project === undefined) {
      void vscode.window.showInformationMessage("There is no dbt project to run dbt in.");
      return;
    }
    const prompt = "The words after dbt, such as: build --select +orders";
    const line =
      given ?? (await vscode.window.showInputBox({ title: `dbt in ${project.name}`, prompt, value: "debug" }));
    if (line !== undefined && line.trim() !== "") {
      await this.runner.run(project.root, words(line));
    }
  }

  private async toggleDefer(): Promise<void> {
    const scope = vscode.window.activeTextEditor?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
    const settings = vscode.workspace.getConfiguration("dbt", scope);
    const target = TARGETS[scopeToWrite(settings.inspect<boolean>("flag.defer"))];
    await settings.update("flag.defer", !settings.get<boolean>("flag.defer", true), target);
  }
}

async function projectIsOpen(): Promise<boolean> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (
    folders.some((folder) => isInProject(folder.uri)) ||
    vscode.workspace.textDocuments.some((it) => isInProject(it.uri))
  ) {
    return true;
  }
  // Installed packages are projects of somebody else.
  const found = await vscode.workspace.findFiles(
    "**/dbt_project.yml",
    "**/{node_modules,dbt_packages,.venv,venv}/**",
    1,
  );
  return found.length > 0;
}

function isInProject(uri: vscode.Uri): boolean {
  if (uri.scheme !== "file") {
    return false;
  }
  const isFolder = fs.statSync(uri.fsPath, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return projectAbove(isFolder ? uri.fsPath : path.dirname(uri.fsPath), fs.existsSync) !== undefined;
}
