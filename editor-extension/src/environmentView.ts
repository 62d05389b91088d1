import * as vscode from "vscode";
import type { Client } from "./client";
import {
  childEntries,
  type Entry,
  type Environment,
  type EnvironmentProject,
  look,
  type Place,
  topEntries,
  withOverride,
} from "./environment";

interface FromExample {
  uri: string;
  exists: boolean;
  text: string;
  variables: { name: string; value: string; secret: boolean }[];
}

/** The view "Environment": every variable, what each place says of it, and who reads it. */
export class EnvironmentView implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  private environment: Environment | undefined;
  private readonly changed = new vscode.EventEmitter<Entry | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Entry>;
  private readonly disposables: vscode.Disposable[] = [this.changed];

  constructor(private readonly client: Client) {
    this.view = vscode.window.createTreeView("tandem.env", { treeDataProvider: this, showCollapseAll: true });
    this.disposables.push(
      this.view,
      this.view.onDidChangeVisibility(() => this.watch()),
      client.onNotified<Environment>("tandem/environmentChanged", (environment) => this.show(environment)),
      client.onConnection(({ state }) => {
        if (state === "running") {
          void this.watch();
        } else {
          this.show(undefined);
        }
      }),
      vscode.commands.registerCommand("tandem.env.override", (entry?: Entry) => this.override(entry)),
      vscode.commands.registerCommand("tandem.env.removeOverride", (entry?: Entry) => this.removeOverride(entry)),
      vscode.commands.registerCommand("tandem.env.open", (place: Place) => open(place)),
      vscode.commands.registerCommand("tandem.env.import", () => this.importList()),
      vscode.commands.registerCommand("tandem.env.create", () => this.create()),
    );
  }

  getTreeItem(entry: Entry): vscode.TreeItem {
    const shown = look(entry);
    const children = childEntries(entry).length > 0;
    const state = children ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
    const item = new vscode.TreeItem(shown.label, state);
    item.id = shown.id;
    item.description = shown.description;
    item.tooltip = shown.tooltip;
    item.iconPath = new vscode.ThemeIcon(shown.icon, color(shown.icon));
    item.contextValue = shown.context;
    if (shown.place !== undefined) {
      item.command = { command: "tandem.env.open", title: "Open", arguments: [shown.place] };
    }
    return item;
  }

  getChildren(entry?: Entry): Entry[] {
    return entry === undefined ? topEntries(this.environment) : childEntries(entry);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Only what is looked at is kept up to date. */
  private async watch(): Promise<void> {
    if (this.client.running) {
      await this.client.notify("tandem/watchEnvironment", { watch: this.view.visible });
    }
  }

  private show(environment: Environment | undefined): void {
    this.environment = environment;
    this.changed.fire(undefined);
  }

  private async current(): Promise<Environment> {
    return this.environment ?? (await this.client.request<Environment>("tandem/environment"));
  }

  private async override(entry?: Entry): Promise<void> {
    const chosen = entry?.kind === "variable" ? entry : await this.pickVariable();
    if (chosen === undefined) {
      return;
    }
    const { project, variable } = chosen;
    if (variable.secret) {
      const choice = await vscode.window.showWarningMessage(
        `${variable.name} is secret: settings of a workspace are often shared, .env is not.`,
        "Open .env",
      );
      if (choice !== undefined) {
        await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(project.root), ".env"));
      }
      return;
    }
    const value = await vscode.window.showInputBox({
      title: `Override ${variable.name}`,
      prompt: "Kept in dbt.environmentVariables of this workspace; wins over .env",
      value: variable.value ?? "",
    });
    if (value !== undefined) {
      await setOverride(project.root, variable.name, value);
    }
  }

  private async removeOverride(entry?: Entry): Promise<void> {
    if (entry?.kind === "variable") {
      await setOverride(entry.project.root, entry.variable.name, undefined);
    }
  }

  private async pickVariable(): Promise<Extract<Entry, { kind: "variable" }> | undefined> {
    const { projects } = await this.current();
    const items = projects.flatMap((project) =>
      project.variables.map((variable) => {
        const entry = { kind: "variable" as const, project, variable };
        return { label: variable.name, description: look(entry).description, entry };
      }),
    );
    return (await vscode.window.showQuickPick(items, { title: "Override a variable" }))?.entry;
  }

  private async pickProject(): Promise<EnvironmentProject | undefined> {
    const { projects } = await this.current();
    if (projects.length <= 1) {
      return projects[0];
    }
    const items = projects.map((project) => ({ label: project.name, description: project.root, project }));
    return (await vscode.window.showQuickPick(items, { title: "Which project?" }))?.project;
  }

  private async importList(): Promise<void> {
    const project = await this.pickProject();
    const from = [
      { label: "$(clippy) From the clipboard", file: false },
      { label: "$(file) From a file", description: "JSON, CSV, lines of NAME=value", file: true },
    ];
    const picked = project && (await vscode.window.showQuickPick(from, { title: "The platform's variables" }));
    if (project === undefined || picked === undefined) {
      return;
    }
    const text = picked.file ? await readChosenFile() : await vscode.env.clipboard.readText();
    if (text === undefined) {
      return;
    }
    try {
      const kept = await this.client.request<{ variables: number }>("tandem/importPlatformList", {
        root: project.root,
        text,
      });
      void vscode.window.showInformationMessage(`${kept.variables} variables of the platform are in the matrix.`);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  /** Asks for each value that is no secret; an empty answer keeps the example's. */
  private async create(): Promise<void> {
    const project = await this.pickProject();
    if (project === undefined) {
      return;
    }
    const { root } = project;
    const example = await this.client.request<FromExample | null>("tandem/dotenvFromExample", { root });
    if (example === null) {
      void vscode.window.showInformationMessage("There is no .env.example to start from.");
      return;
    }
    const target = vscode.Uri.parse(example.uri);
    if (example.exists) {
      await vscode.window.showTextDocument(target);
      return;
    }
    const values: Record<string, string> = {};
    const open = example.variables.filter((it) => !it.secret);
    for (const [index, { name, value }] of open.entries()) {
      const answer = await vscode.window.showInputBox({
        title: `Create .env (${index + 1} of ${open.length})`,
        prompt: name,
        value,
        ignoreFocusOut: true,
      });
      if (answer === undefined) {
        return;
      }
      values[name] = answer;
    }
    const made = await this.client.request<FromExample | null>("tandem/dotenvFromExample", { root, values });
    if (made === null) {
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(target, { overwrite: false, ignoreIfExists: false, contents: Buffer.from(made.text, "utf8") });
    if (await vscode.workspace.applyEdit(edit)) {
      await vscode.window.showTextDocument(target);
    }
  }
}

function color(icon: string): vscode.ThemeColor | undefined {
  return icon === "error" ? new vscode.ThemeColor("list.errorForeground") : undefined;
}

async function open(place: Place): Promise<void> {
  const { start, end } = place.range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), { selection });
}

/** Where the variable is set already; else in the workspace, as all overrides of a project. */
async function setOverride(root: string, name: string, value: string | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration("dbt", vscode.Uri.file(root));
  const inspected = settings.inspect<Record<string, string>>("environmentVariables");
  const places: [Record<string, string> | undefined, vscode.ConfigurationTarget][] = [
    [inspected?.workspaceFolderValue, vscode.ConfigurationTarget.WorkspaceFolder],
    [inspected?.workspaceValue, vscode.ConfigurationTarget.Workspace],
    [inspected?.globalValue, vscode.ConfigurationTarget.Global],
  ];
  const known = places.find(([values]) => values !== undefined && name in values);
  const [before, target] = known ?? [inspected?.workspaceValue, vscode.ConfigurationTarget.Workspace];
  await settings.update("environmentVariables", withOverride(before, name, value), target);
}

async function readChosenFile(): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ canSelectMany: false, openLabel: "Import" })) ?? [];
  return file === undefined ? undefined : Buffer.from(await vscode.workspace.fs.readFile(file)).toString("utf8");
}
