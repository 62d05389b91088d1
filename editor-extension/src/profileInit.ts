import * as vscode from "vscode";
import type { Client } from "./client";

interface Position {
  line: number;
  character: number;
}

interface ProfileChange {
  uri: string;
  exists: boolean;
  edit: { range: { start: Position; end: Position }; newText: string } | null;
  variables: string[];
}

/** Asks the platform, shows what would change, and changes it when the user agrees. */
export async function writeProfile(client: Client, root: string | undefined): Promise<void> {
  if (root === undefined) {
    void vscode.window.showInformationMessage("There is no dbt project to write a profile for.");
    return;
  }
  try {
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Asking the dbt platform" },
      () => client.request<ProfileChange>("tandem/profileFromPlatform", { root }),
    );
    await preview(found);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

async function preview(found: ProfileChange): Promise<void> {
  const uri = vscode.Uri.parse(found.uri);
  const edit = new vscode.WorkspaceEdit();
  const label = "Profile from the dbt platform";
  const asked = { label, needsConfirmation: true };
  if (found.edit === null) {
    void vscode.window.showInformationMessage("The profile is up to date.");
    return;
  }
  const { range, newText } = found.edit;
  if (found.exists) {
    const { start, end } = range;
    const lines = new vscode.Range(start.line, start.character, end.line, end.character);
    edit.replace(uri, lines, newText, asked);
  } else {
    edit.createFile(uri, { contents: new TextEncoder().encode(newText) }, asked);
  }
  const done = await vscode.workspace.applyEdit(edit, { isRefactoring: true });
  if (!done) {
    return;
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  if (found.variables.length > 0) {
    void vscode.window.showInformationMessage(`Set these in .env: ${found.variables.join(", ")}`);
  }
}
