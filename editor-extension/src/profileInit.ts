import * as vscode from "vscode";
import type { Client } from "./client";
import { changedPart } from "./profileText";

interface ProfileText {
  uri: string;
  exists: boolean;
  text: string;
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
      () => client.request<ProfileText>("tandem/profileFromPlatform", { root }),
    );
    await preview(found);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

async function preview(found: ProfileText): Promise<void> {
  const uri = vscode.Uri.parse(found.uri);
  const edit = new vscode.WorkspaceEdit();
  const label = "Profile from the dbt platform";
  const asked = { label, needsConfirmation: true };
  if (found.exists) {
    const document = await vscode.workspace.openTextDocument(uri);
    const part = changedPart(document.getText(), found.text);
    if (part === undefined) {
      void vscode.window.showInformationMessage("The profile is up to date.");
      return;
    }
    const range = new vscode.Range(document.positionAt(part.start), document.positionAt(part.end));
    edit.replace(uri, range, part.text, asked);
  } else {
    edit.createFile(uri, { contents: new TextEncoder().encode(found.text) }, asked);
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
