import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { missingVariable } from "./missingVariable";
import { projectAbove } from "./projects";

/** What mends a finding and only VS Code can do: the server's own fixes are edits. */
export class QuickFixes implements vscode.CodeActionProvider {
  static readonly kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const root = projectAbove(path.dirname(document.uri.fsPath), fs.existsSync);
    return context.diagnostics.flatMap((diagnostic) => {
      const name = missingVariable(diagnostic.code, diagnostic.message);
      if (root === undefined || name === undefined) {
        return [];
      }
      const title = `Set \`${name}\` in the settings of this workspace…`;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      const secret = name.startsWith("DBT_ENV_SECRET");
      const variable = { kind: "variable", project: { root }, variable: { name, secret } };
      action.command = { command: "tandem.env.override", title, arguments: [variable] };
      action.diagnostics = [diagnostic];
      return [action];
    });
  }
}
