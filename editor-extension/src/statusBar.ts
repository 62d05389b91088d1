import * as vscode from "vscode";
import { menuItems } from "./menu";
import { type Connection, type ProjectStatus, projectOf, type Status, type View, view } from "./status";

/** The line in the status bar, about the project of the file one is in. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("tandem.status", vscode.StatusBarAlignment.Left, 10);
  private readonly editors = vscode.window.onDidChangeActiveTextEditor(() => this.show());
  private connection: Connection = { state: "starting" };
  private status: Status | undefined;
  private shownRoot: string | undefined;

  constructor() {
    this.item.name = "Tandem";
    this.item.command = "tandem.showMenu";
  }

  setConnection(connection: Connection): void {
    if (connection.state !== "running") {
      this.status = undefined;
    }
    this.connection = connection;
    this.show();
  }

  setStatus(status: Status): void {
    this.status = status;
    this.show();
  }

  get project(): ProjectStatus | undefined {
    return projectOf(this.status?.projects ?? [], activeFile(), this.shownRoot);
  }

  async showMenu(): Promise<void> {
    const { project } = this;
    const items = menuItems(project, project === undefined ? undefined : projectFile(project.root));
    const picked = await vscode.window.showQuickPick(items, {
      title: "Tandem",
      placeHolder: project === undefined ? "No dbt project" : project.name,
    });
    if (picked === undefined) {
      return;
    }
    if ("open" in picked.action) {
      await vscode.window.showTextDocument(vscode.Uri.parse(picked.action.open));
    } else {
      await vscode.commands.executeCommand(picked.action.command, ...(picked.action.arguments ?? []));
    }
  }

  dispose(): void {
    this.editors.dispose();
    this.item.dispose();
  }

  private show(): void {
    const { project } = this;
    this.shownRoot = project?.root ?? this.shownRoot;
    const { text, tooltip, severity } = view(this.connection, this.status, project, new Date());
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip);
    this.item.backgroundColor = background(severity);
    this.item.show();
  }
}

function activeFile(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri.fsPath : undefined;
}

function projectFile(root: string): string {
  const folder = root.startsWith("file:") ? vscode.Uri.parse(root) : vscode.Uri.file(root);
  return vscode.Uri.joinPath(folder, "dbt_project.yml").toString();
}

function background(severity: View["severity"]): vscode.ThemeColor | undefined {
  return severity === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`);
}
