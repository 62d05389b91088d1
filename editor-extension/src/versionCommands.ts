import * as vscode from "vscode";
import type { WorkspaceEdit } from "vscode-languageclient/node";
import type { Client } from "./client";
import type { DbtRunner } from "./dbtRunner";
import { words } from "./runner";
import type { ProjectStatus, Status } from "./status";
import {
  mayRemind,
  type Reminded,
  reminder,
  type Setup,
  shownText,
  updateOf,
  type Versions,
  withReminded,
} from "./versions";

const SCHEME = "tandem-versions";
const DOCUMENT = vscode.Uri.from({ scheme: SCHEME, path: "dbt versions" });
/** Where the machine's state keeps who was reminded. */
const REMINDED = "tandem.reminded";

/** Versions of dbt: shown, compared at the start of a session, brought up to date when asked; and what is set up for colleagues. */
export class VersionCommands implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable;
  private text = "";
  /** Projects that this session has looked at. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly client: Client,
    private readonly runner: DbtRunner,
    private readonly project: () => ProjectStatus | undefined,
  ) {
    const inProject = (run: (project: ProjectStatus) => Promise<void>) => () => this.inProject(run);
    this.disposables = vscode.Disposable.from(
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      client.onStatus((status) => this.remind(status)),
      vscode.commands.registerCommand(
        "tandem.versions.show",
        inProject((it) => this.show(it.root, false)),
      ),
      vscode.commands.registerCommand(
        "tandem.versions.ask",
        inProject((it) => this.show(it.root, true)),
      ),
      vscode.commands.registerCommand(
        "tandem.versions.update",
        inProject((it) => this.update(it.root)),
      ),
      vscode.commands.registerCommand(
        "tandem.testConnection",
        inProject((it) => this.test(it.root)),
      ),
      vscode.commands.registerCommand(
        "tandem.setup.devContainer",
        inProject((it) => this.setUp(it.root, "devcontainer")),
      ),
      vscode.commands.registerCommand(
        "tandem.setup.makefile",
        inProject((it) => this.setUp(it.root, "makefile")),
      ),
      vscode.commands.registerCommand(
        "tandem.setup.justfile",
        inProject((it) => this.setUp(it.root, "justfile")),
      ),
      vscode.commands.registerCommand(
        "tandem.setup.contributing",
        inProject((it) => this.setUp(it.root, "contributing")),
      ),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  provideTextDocumentContent(): string {
    return this.text;
  }

  private async inProject(run: (project: ProjectStatus) => Promise<void>): Promise<void> {
    const project = this.project();
    if (project === undefined) {
      void vscode.window.showInformationMessage("Tandem: no dbt project is open.");
      return;
    }
    try {
      await run(project);
    } catch (error) {
      void vscode.window.showErrorMessage(`Tandem: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async versions(root: string, run: boolean): Promise<Versions> {
    const versions = await this.client.request<Versions | null>("tandem/versions", { root, run });
    if (versions === null) {
      throw new Error("the project is not there any more");
    }
    return versions;
  }

  private async show(root: string, run: boolean): Promise<void> {
    if (run && !vscode.workspace.isTrusted) {
      throw new Error("programs are run in trusted folders only");
    }
    const title = run ? "Running --version of each dbt" : "Looking for dbt";
    const location = vscode.ProgressLocation.Window;
    const versions = await vscode.window.withProgress({ location, title }, () => this.versions(root, run));
    this.text = shownText([versions]);
    this.changed.fire(DOCUMENT);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(DOCUMENT), { preview: true });
  }

  private async test(root: string): Promise<void> {
    await this.runner.run(root, ["debug"]);
  }

  private async update(root: string): Promise<void> {
    const update = updateOf(await this.versions(root, false));
    if ("problem" in update) {
      throw new Error(update.problem);
    }
    const detail = `${update.command}\n\nin ${root}`;
    if ((await vscode.window.showInformationMessage("Update dbt?", { modal: true, detail }, "Update")) !== "Update") {
      return;
    }
    const [command, ...args] = words(update.command);
    await this.runner.run(root, args, command);
    // The server looks for engines again where settings may have changed.
    await this.client.notify("workspace/didChangeConfiguration", { settings: null });
  }

  /** Shown as a refactoring is: nothing is written before the user has looked at it. */
  private async setUp(root: string, what: string): Promise<void> {
    const setup = await this.client.request<Setup<WorkspaceEdit> | null>("tandem/setup", { root, what });
    const notes = setup?.notes.join(" ") ?? "";
    if (setup?.edit) {
      await vscode.workspace.applyEdit(await this.client.toWorkspaceEdit(setup.edit));
    }
    if (notes !== "" || !setup?.edit) {
      void vscode.window.showInformationMessage(`Tandem: ${notes === "" ? "there is nothing to do" : notes}`);
    }
  }

  /** Once for each project of a session, and at most once a day. */
  private async remind(status: Status): Promise<void> {
    if (status.loading !== null) {
      return;
    }
    for (const { root } of status.projects.filter((it) => !this.seen.has(it.root))) {
      this.seen.add(root);
      const settings = vscode.workspace.getConfiguration("dbt", vscode.Uri.file(root));
      const reminded = this.context.globalState.get<Reminded>(REMINDED, {});
      const now = Date.now();
      if (!settings.get<boolean>("version.trackReminder", true) || !mayRemind(reminded, root, now)) {
        continue;
      }
      const versions = await this.versions(root, false).catch(() => undefined);
      const message = versions === undefined ? undefined : reminder(versions);
      if (message === undefined) {
        continue;
      }
      await this.context.globalState.update(REMINDED, withReminded(reminded, root, now));
      void this.offer(root, message);
    }
  }

  private async offer(root: string, message: string): Promise<void> {
    const update = vscode.workspace.isTrusted ? ["Update dbt"] : [];
    const picked = await vscode.window.showInformationMessage(message, ...update, "Show Versions", "Do Not Remind Me");
    const settings = vscode.workspace.getConfiguration("dbt");
    if (picked === "Update dbt") {
      await this.update(root).catch((error: Error) => vscode.window.showErrorMessage(`Tandem: ${error.message}`));
    } else if (picked === "Show Versions") {
      await this.show(root, false);
    } else if (picked === "Do Not Remind Me") {
      await settings.update("version.trackReminder", false, vscode.ConfigurationTarget.Global);
    }
  }
}
