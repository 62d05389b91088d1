// What `tandem/status` says, and how one line of it is shown. No `vscode` here, so that tests can call it.

export interface Deferral {
  on: boolean;
  state: string | null;
  /** When the state was made, in ISO 8601. */
  generated_at?: string | null;
  reason?: string | null;
}

export interface ProjectStatus {
  name: string;
  /** Folder of `dbt_project.yml`, as a path or a `file:` URI. */
  root: string;
  target: string | null;
  profile: string | null;
  adapter: string | null;
  /** The dbt version that the project is judged by, and why that one. */
  version: string;
  version_reason?: string | null;
  defer: Deferral;
  models: number;
  errors: number;
  warnings: number;
}

export interface Status {
  health: "ok" | "warning" | "error";
  message?: string | null;
  loading?: string | null;
  projects: ProjectStatus[];
}

/** The client's side of it: a server that is not running cannot send a status. */
export type Connection = { state: "starting" } | { state: "running" } | { state: "stopped"; problem?: string };

export interface View {
  text: string;
  /** Markdown. */
  tooltip: string;
  severity: "none" | "warning" | "error";
}

/** The innermost project that holds the file; without one, the only or the previous project. */
export function projectOf(
  projects: readonly ProjectStatus[],
  file: string | undefined,
  previousRoot?: string,
): ProjectStatus | undefined {
  const inside = file === undefined ? [] : projects.filter((project) => holds(project.root, file));
  const innermost = inside.sort((a, b) => folder(b.root).length - folder(a.root).length)[0];
  return innermost ?? projects.find((project) => project.root === previousRoot) ?? projects[0];
}

export function view(
  connection: Connection,
  status: Status | undefined,
  project: ProjectStatus | undefined,
  now: Date,
): View {
  if (connection.state === "stopped") {
    const why = connection.problem ?? "The server is not running.";
    return { text: "$(error) dbt", tooltip: `**Tandem**\n\n${plain(why)}`, severity: "error" };
  }
  if (connection.state === "starting" || status === undefined) {
    return { text: "$(loading~spin) dbt", tooltip: "**Tandem** is starting", severity: "none" };
  }
  const text = project === undefined ? "dbt" : describe(project);
  return { text: `${icon(status)} ${text}`, tooltip: tooltip(status, project, now), severity: severity(status) };
}

function describe(project: ProjectStatus): string {
  const parts = [`dbt ${project.name}`];
  if (project.target !== null) {
    parts.push(project.target);
  }
  parts.push(`defer ${deferral(project.defer)}`);
  return parts.join(" · ");
}

function deferral(defer: Deferral): string {
  if (!defer.on) {
    return "off";
  }
  return defer.state === null ? "on, no state" : "on";
}

function icon(status: Status): string {
  if (status.loading) {
    return "$(loading~spin)";
  }
  return { ok: "$(database)", warning: "$(warning)", error: "$(error)" }[status.health];
}

function severity(status: Status): View["severity"] {
  return status.health === "ok" ? "none" : status.health;
}

function tooltip(status: Status, project: ProjectStatus | undefined, now: Date): string {
  const lines: string[] = [];
  if (project !== undefined) {
    lines.push(
      `**${plain(project.name)}** · judged by dbt ${plain(project.version)}${because(project.version_reason)}`,
    );
    lines.push(targetLine(project));
    lines.push(deferralLine(project.defer, now));
    lines.push(
      `${count(project.models, "model")} · ${count(project.errors, "error")}, ${count(project.warnings, "warning")}`,
    );
  } else {
    lines.push("**Tandem** · no dbt project");
  }
  if (status.loading) {
    lines.push(`Loading: ${plain(status.loading)}`);
  }
  if (status.message) {
    lines.push(plain(status.message));
  }
  if (status.projects.length > 1) {
    lines.push(`${status.projects.length} projects are open; the file you are in decides which is shown.`);
  }
  return lines.join("\n\n");
}

function because(reason: string | null | undefined): string {
  return reason ? `: ${plain(reason)}` : "";
}

function targetLine(project: ProjectStatus): string {
  if (project.target === null) {
    return project.profile === null ? "No profile" : `Profile ${plain(project.profile)}, no target`;
  }
  const of = project.profile === null ? "" : ` of profile ${plain(project.profile)}`;
  const adapter = project.adapter === null ? "" : ` (${plain(project.adapter)})`;
  return `Target ${plain(project.target)}${of}${adapter}`;
}

function deferralLine(defer: Deferral, now: Date): string {
  const parts = [`Deferral ${deferral(defer)}`];
  if (defer.on && defer.state !== null) {
    parts.push(`state ${plain(defer.state)}`);
    const made = Date.parse(defer.generated_at ?? "");
    if (!Number.isNaN(made)) {
      parts.push(`${age((now.getTime() - made) / 1000)} old`);
    }
  }
  if (defer.reason) {
    parts.push(plain(defer.reason));
  }
  return parts.join(" · ");
}

/** `45 s`, `12 min`, `3 h`, `2 d`: the largest unit only, as a reader wants it. */
export function age(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
  ];
  const unit = units.find(([length]) => seconds >= length);
  return unit === undefined ? `${Math.max(0, Math.floor(seconds))} s` : `${Math.floor(seconds / unit[0])} ${unit[1]}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** Names come from the project's files: they are text, not markup. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, "\\$&");
}

function holds(root: string, file: string): boolean {
  const parent = folder(root);
  const child = folder(file);
  return child === parent || child.startsWith(`${parent}/`);
}

function folder(pathOrUri: string): string {
  const path = pathOrUri.startsWith("file://") ? decode(pathOrUri.slice("file://".length)) : pathOrUri;
  const slashes = path.replace(/\\/g, "/").replace(/^\/(?=[A-Za-z]:)/, "");
  return slashes.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()).replace(/\/+$/, "");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
