export interface Inspected {
  globalValue?: boolean;
  workspaceValue?: boolean;
  workspaceFolderValue?: boolean;
}

export type Scope = "user" | "workspace" | "folder";

/**
 * Where the toggle writes: to the setting that is in force now, else a change would show no effect.
 * When none is, to the user's: deferring is a person's choice, and a toggle that leaves a
 * `.vscode/settings.json` behind would end up in the team's repository.
 */
export function scopeToWrite(inspected: Inspected | undefined): Scope {
  if (inspected?.workspaceFolderValue !== undefined) {
    return "folder";
  }
  return inspected?.workspaceValue !== undefined ? "workspace" : "user";
}
