// What is made of the versions that the server tells. No `vscode` here, so that tests can call it.

/** The answer to `tandem/versions`, as far as it is used here. */
export interface Versions {
  project: string;
  root: string;
  engines: { kind: string; version: string | null; place: string; used: boolean; update: string | null }[];
  skews: { kind: string; certain: boolean; message: string }[];
  text: string;
  problems: string[];
}

/** The answer to `tandem/setup`, with an edit of the protocol. */
export interface Setup<Edit> {
  path: string;
  edit: Edit | null;
  notes: string[];
}

/** When each project was last reminded of, by its folder: milliseconds. */
export type Reminded = Readonly<Record<string, number>>;

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a session begins with: that dbt is behind, or not what the project asks for. */
export function reminder(versions: Versions): string | undefined {
  const told = versions.skews.find(
    (it) => it.kind === "engine-behind" || (it.kind === "engine-not-allowed" && it.certain),
  );
  return told === undefined ? undefined : `${versions.project}: ${told.message.replaceAll("`", "")}.`;
}

/** At most once a day for each project; a clock that was set back does not silence it for years. */
export function mayRemind(reminded: Reminded, root: string, now: number): boolean {
  const last = reminded[root];
  return last === undefined || now - last >= DAY_MS || now < last;
}

/** Without those who would be reminded anyway. */
export function withReminded(reminded: Reminded, root: string, now: number): Reminded {
  const recent = Object.entries(reminded).filter(([it]) => !mayRemind(reminded, it, now));
  return Object.fromEntries([...recent, [root, now]]);
}

/** The command that brings the engine in use up to date, or why there is none. */
export function updateOf(versions: Versions): { command: string } | { problem: string } {
  const engine = versions.engines.find((it) => it.used) ?? versions.engines[0];
  if (engine === undefined) {
    return { problem: "No dbt was found that could be updated." };
  }
  if (engine.update === null) {
    return { problem: `Nobody knows who installed ${engine.place}: update it the way it was installed.` };
  }
  return { command: engine.update };
}

/** What the document of versions shows. */
export function shownText(all: readonly Versions[]): string {
  return all
    .map((it) => [it.text.trimEnd(), ...it.problems.map((problem) => `  note: ${problem}`)].join("\n"))
    .join("\n\n")
    .concat("\n");
}
