// What `tandem/doctor` answers, and how the view "Hybrid" shows it. No `vscode` here.

export interface Check {
  subject: string;
  state: "fine" | "note" | "warning" | "problem";
  fact: string;
  evidence: string[];
  next: string | null;
}

export interface Diagnosis {
  project: string;
  root: string;
  way: "platform-cli" | "local-engine" | "editor-only";
  checks: Check[];
}

export type Row =
  | { kind: "project"; diagnosis: Diagnosis }
  | { kind: "check"; diagnosis: Diagnosis; check: Check }
  | { kind: "detail"; id: string; text: string; icon: string };

export interface RowLook {
  id: string;
  label: string;
  description?: string;
  tooltip: string;
  icon: string;
  expanded: boolean;
}

const ICONS = { fine: "pass", note: "info", warning: "warning", problem: "error" } as const;

const WAYS = {
  "platform-cli": "the dbt platform runs dbt",
  "local-engine": "an engine on this machine runs dbt",
  "editor-only": "no dbt is found here",
} as const;

/** A window with one project shows its checks at once. */
export function topRows(diagnoses: readonly Diagnosis[]): Row[] {
  const [first] = diagnoses;
  if (first !== undefined && diagnoses.length === 1) {
    return childRows({ kind: "project", diagnosis: first });
  }
  return diagnoses.map((diagnosis) => ({ kind: "project", diagnosis }));
}

export function childRows(row: Row): Row[] {
  switch (row.kind) {
    case "project":
      return row.diagnosis.checks.map((check) => ({ kind: "check", diagnosis: row.diagnosis, check }));
    case "check": {
      const id = checkId(row.diagnosis, row.check);
      const { evidence, next } = row.check;
      const seen = evidence.map((text, at): Row => ({ kind: "detail", id: `${id}/${at}`, text, icon: "circle-small" }));
      return next === null ? seen : [...seen, { kind: "detail", id: `${id}/next`, text: next, icon: "arrow-right" }];
    }
    case "detail":
      return [];
  }
}

export function rowLook(row: Row): RowLook {
  switch (row.kind) {
    case "project": {
      const { project, root, way, checks } = row.diagnosis;
      const states = ["problem", "warning", "note", "fine"] as const;
      const worst = states.find((state) => checks.some((check) => check.state === state)) ?? "fine";
      return { id: root, label: project, description: WAYS[way], tooltip: root, icon: ICONS[worst], expanded: true };
    }
    case "check": {
      const { subject, state, fact } = row.check;
      const label = subject.charAt(0).toUpperCase() + subject.slice(1);
      const id = checkId(row.diagnosis, row.check);
      const expanded = state === "problem";
      return { id, label, description: fact, tooltip: `${label}: ${fact}`, icon: ICONS[state], expanded };
    }
    case "detail":
      return { id: row.id, label: row.text, tooltip: row.text, icon: row.icon, expanded: false };
  }
}

/** The steps of the walkthrough that are done: each, when this says so of every project. */
export function doneSteps(diagnoses: readonly Diagnosis[]): Record<string, boolean> {
  const every = (subject: string, ...states: Check["state"][]) =>
    diagnoses.length > 0 &&
    diagnoses.every(({ checks }) => checks.some((it) => it.subject === subject && states.includes(it.state)));
  const byPlatform = diagnoses.length > 0 && diagnoses.every((it) => it.way === "platform-cli");
  return {
    "tandem.hasProject": diagnoses.length > 0,
    "tandem.hasCredentials": byPlatform || every("credentials", "fine", "warning"),
    "tandem.hasVariables": every("variables", "fine"),
    "tandem.hasLink": every("platform link", "fine"),
    "tandem.hasState": every("deferral", "fine"),
  };
}

/** For a colleague who helps: no secret is in it. */
export function markdown(diagnosis: Diagnosis): string {
  const lines = diagnosis.checks.flatMap((it) => [
    `- **${it.subject}** (${it.state}): ${it.fact}`,
    ...it.evidence.map((seen) => `  - ${seen}`),
    ...(it.next === null ? [] : [`  - → ${it.next}`]),
  ]);
  return [`# ${diagnosis.project}`, "", ...lines, ""].join("\n");
}

function checkId(diagnosis: Diagnosis, check: Check): string {
  return `${diagnosis.root}/${check.subject}`;
}
