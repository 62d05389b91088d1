// What `tandem/environment` says, and how the view shows it. No `vscode` here, so that tests can call it.

export interface Range {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

export interface Place {
  uri: string;
  /** How the path is shown, as seen from the project. */
  path: string;
  range: Range;
}

export interface Cell {
  column: string;
  /** Stars where it is secret; null where the place takes it from somewhere else. */
  value: string | null;
  place: Place | null;
  scope: string;
  note: string | null;
}

export interface Use {
  place: Place;
  default: string | null;
  rendered: boolean;
}

export interface Variable {
  name: string;
  status: "set" | "default" | "missing" | "not-needed";
  secret: boolean;
  value: string | null;
  source: string | null;
  hidden: string[];
  cells: Cell[];
  uses: Use[];
}

export interface EnvironmentProject {
  name: string;
  root: string;
  variables: Variable[];
}

export interface Environment {
  projects: EnvironmentProject[];
}

/** The name under which the matrix lists `dbt.environmentVariables`. */
export const SETTINGS = "settings";

export type Entry =
  | { kind: "project"; project: EnvironmentProject }
  | { kind: "variable"; project: EnvironmentProject; variable: Variable }
  | { kind: "cell"; project: EnvironmentProject; variable: Variable; cell: Cell }
  | { kind: "use"; project: EnvironmentProject; variable: Variable; use: Use };

/** One project is not worth a level of its own. */
export function topEntries(environment: Environment | undefined): Entry[] {
  const projects = environment?.projects ?? [];
  const [only] = projects;
  if (only !== undefined && projects.length === 1) {
    return variableEntries(only);
  }
  return projects.map((project) => ({ kind: "project", project }));
}

export function childEntries(entry: Entry): Entry[] {
  switch (entry.kind) {
    case "project":
      return variableEntries(entry.project);
    case "variable": {
      const { project, variable } = entry;
      return [
        ...variable.cells.map((cell): Entry => ({ kind: "cell", project, variable, cell })),
        ...variable.uses.map((use): Entry => ({ kind: "use", project, variable, use })),
      ];
    }
    default:
      return [];
  }
}

/** What keeps dbt from running comes first. */
function variableEntries(project: EnvironmentProject): Entry[] {
  const rank = (it: Variable) => (it.status === "missing" ? 0 : 1);
  const sorted = [...project.variables].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  return sorted.map((variable) => ({ kind: "variable", project, variable }));
}

export interface Look {
  /** The same for the same thing, so that the view keeps what is unfolded. */
  id: string;
  label: string;
  description: string;
  tooltip: string;
  icon: string;
  /** What menus ask for. */
  context: string;
  place?: Place;
}

export function look(entry: Entry): Look {
  const { project } = entry;
  switch (entry.kind) {
    case "project": {
      const missing = project.variables.filter((it) => it.status === "missing").length;
      return {
        id: project.root,
        label: project.name,
        description: missing === 0 ? "" : `${missing} missing`,
        tooltip: project.root,
        icon: "database",
        context: "project",
      };
    }
    case "variable":
      return variableLook(project, entry.variable);
    case "cell": {
      const { variable, cell } = entry;
      const decides = cell.column === variable.source;
      const scope = cell.scope === "" ? "" : ` (${cell.scope})`;
      const index = variable.cells.indexOf(cell);
      return {
        id: `${project.root}|${variable.name}|cell${index}`,
        label: `${cell.column}${scope}`,
        description: shown(cell.value) + (cell.note === null ? "" : ` · ${cell.note}`),
        tooltip: cell.place === null ? cell.column : where(cell.place),
        icon: decides ? "check" : "circle-outline",
        context: "cell",
        place: cell.place ?? undefined,
      };
    }
    case "use": {
      const { variable, use } = entry;
      const parts = [use.default === null ? "" : `default ${use.default}`, use.rendered ? "" : "not with this target"];
      return {
        id: `${project.root}|${variable.name}|use${variable.uses.indexOf(use)}`,
        label: where(use.place),
        description: parts.filter((it) => it !== "").join(" · "),
        tooltip: `Reads ${variable.name}`,
        icon: "references",
        context: "use",
        place: use.place,
      };
    }
  }
}

function variableLook(project: EnvironmentProject, variable: Variable): Look {
  const value = variable.source === null ? status(variable) : `${shown(variable.value)} · ${variable.source}`;
  const lines = [variable.name, value];
  if (variable.hidden.length > 0) {
    lines.push(`In place of that of: ${variable.hidden.join(", ")}`);
  }
  lines.push(variable.uses.length === 0 ? "Read nowhere in the project" : `Read in ${places(variable.uses.length)}`);
  const overridden = variable.cells.some((it) => it.column === SETTINGS);
  return {
    id: `${project.root}|${variable.name}`,
    label: variable.name,
    description: value,
    tooltip: lines.join("\n"),
    icon: variable.status === "missing" ? "error" : variable.secret ? "lock" : "symbol-variable",
    context: `variable${variable.secret ? " secret" : ""}${overridden ? " overridden" : ""}`,
  };
}

function status(variable: Variable): string {
  switch (variable.status) {
    case "missing":
      return "not set, and dbt stops there";
    case "default":
      return "not set, has a default";
    default:
      return "not set, not needed";
  }
}

function shown(value: string | null): string {
  if (value === null) {
    return "from elsewhere";
  }
  return value === "" ? "empty" : value;
}

function where(place: Place): string {
  return `${place.path}:${place.range.start.line + 1}`;
}

function places(count: number): string {
  return count === 1 ? "1 place" : `${count} places`;
}

/** The setting with one variable more, less, or of another value. */
export function withOverride(
  before: Record<string, string> | undefined,
  name: string,
  value: string | undefined,
): Record<string, string> | undefined {
  const { [name]: _, ...others } = before ?? {};
  const after = value === undefined ? others : { ...others, [name]: value };
  return Object.keys(after).length === 0 ? undefined : after;
}
