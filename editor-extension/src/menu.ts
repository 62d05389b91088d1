import type { ProjectStatus } from "./status";

export interface MenuItem {
  label: string;
  description?: string;
  /** A command to run, or a file to open. */
  action: { command: string; arguments?: unknown[] } | { open: string };
}

/** What a click on the status bar offers. */
export function menuItems(project: ProjectStatus | undefined, projectFile: string | undefined): MenuItem[] {
  const items: MenuItem[] = [];
  if (project !== undefined) {
    const { defer } = project;
    items.push({
      label: "$(database) Select Target",
      description: project.target === null ? "none in use" : `now ${project.target}`,
      action: { command: "tandem.selectTarget" },
    });
    items.push({
      label: defer.on ? "$(circle-slash) Turn Deferral Off" : "$(git-compare) Turn Deferral On",
      description: defer.on ? (defer.state ?? "no state to defer to") : "refs resolve to your own schema",
      action: { command: "tandem.toggleDefer" },
    });
    items.push({
      label: "$(warning) Show Problems",
      description: `${project.errors} errors, ${project.warnings} warnings in ${project.name}`,
      action: { command: "workbench.actions.view.problems" },
    });
  }
  if (projectFile !== undefined) {
    items.push({
      label: "$(go-to-file) Open dbt_project.yml",
      description: project?.name,
      action: { open: projectFile },
    });
  }
  items.push(
    {
      label: "$(settings-gear) Settings",
      action: { command: "workbench.action.openSettings", arguments: ["@ext:tandem-dbt.tandem"] },
    },
    { label: "$(output) Show Log", action: { command: "tandem.showLog" } },
    { label: "$(debug-restart) Restart Server", action: { command: "tandem.restartServer" } },
  );
  return items;
}
