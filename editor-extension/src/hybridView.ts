import * as vscode from "vscode";
import type { Client } from "./client";
import { childRows, type Diagnosis, doneSteps, markdown, type Row, rowLook, topRows } from "./doctor";

/** So long nothing must change before the state is asked for again. */
const QUIET_MS = 700;

/** The view "Hybrid": how each project stands on this machine. The walkthrough looks at the same. */
export class HybridView implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private diagnoses: Diagnosis[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<Row | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly disposables: vscode.Disposable[] = [this.changed];

  constructor(private readonly client: Client) {
    const soon = () => this.soon();
    this.disposables.push(
      vscode.window.createTreeView("tandem.hybrid", { treeDataProvider: this }),
      client.onStatus(soon),
      client.onConnection(soon),
      vscode.languages.onDidChangeDiagnostics(soon),
      vscode.workspace.onDidSaveTextDocument(soon),
      // Also that of the walkthrough.
      vscode.window.tabGroups.onDidChangeTabs(soon),
      vscode.commands.registerCommand("tandem.doctor", () => this.report()),
    );
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const look = rowLook(row);
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const open = look.expanded ? Expanded : Collapsed;
    const item = new vscode.TreeItem(look.label, childRows(row).length === 0 ? None : open);
    item.id = look.id;
    item.description = look.description;
    item.tooltip = look.tooltip;
    item.iconPath = new vscode.ThemeIcon(look.icon, color(look.icon));
    return item;
  }

  getChildren(row?: Row): Row[] {
    return row === undefined ? topRows(this.diagnoses) : childRows(row);
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), QUIET_MS);
  }

  private async refresh(): Promise<void> {
    const asked = this.client.running ? this.client.request<Diagnosis[]>("tandem/doctor") : undefined;
    // A server that restarts in between is asked again when it runs.
    const diagnoses = (await asked?.catch(() => this.diagnoses)) ?? [];
    if (JSON.stringify(diagnoses) !== JSON.stringify(this.diagnoses)) {
      this.diagnoses = diagnoses;
      this.changed.fire(undefined);
    }
    for (const [step, done] of Object.entries(doneSteps(diagnoses))) {
      await setContext(step, done);
    }
    // VS Code completes no step whose condition is true already when it first reads the walkthrough:
    // it has to become true afterwards, which it does each time.
    await setContext("tandem.lookedAt", true);
    await setContext("tandem.lookedAt", false);
  }

  private async report(): Promise<void> {
    await this.refresh();
    const content = this.diagnoses.map(markdown).join("\n");
    const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

function setContext(name: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand("setContext", name, value);
}

function color(icon: string): vscode.ThemeColor | undefined {
  const colors: Record<string, string> = {
    pass: "testing.iconPassed",
    warning: "list.warningForeground",
    error: "list.errorForeground",
  };
  const id = colors[icon];
  return id === undefined ? undefined : new vscode.ThemeColor(id);
}
