// What the target picker offers, and where a choice is kept. No `vscode` here, so that tests can call it.

/** The answer to `tandem/targets`. */
export interface Targets {
  profile: string | null;
  targets: { name: string; adapter: string | null }[];
  /** What is used where nobody chooses. */
  default: string | null;
  current: string | null;
  reason: string;
  chosen: boolean;
}

export interface TargetItem {
  label: string;
  description?: string;
  /** Nothing: what the profile says, or the setting. */
  target: string | undefined;
}

/** A target for each project, by its folder. Kept in the workspace's state: no file is edited. */
export type ChosenTargets = Readonly<Record<string, string>>;

/** The choices for a project; `setting` is `dbt.target`. */
export function targetItems(targets: Targets, chosen: string | undefined, setting: string): TargetItem[] {
  const mark = (is: boolean) => (is ? "$(check) " : "");
  const unset: TargetItem = {
    label: `${mark(chosen === undefined)}Default of the profile`,
    target: undefined,
  };
  const otherwise = setting === "" ? (targets.default ?? undefined) : `${setting}, as the setting dbt.target says`;
  if (otherwise !== undefined) {
    unset.description = otherwise;
  }
  const each = targets.targets.map(({ name, adapter }) => {
    const item: TargetItem = { label: `${mark(chosen === name)}${name}`, target: name };
    const facts = [adapter ?? "", name === targets.current ? "in use" : ""].filter((it) => it !== "");
    if (facts.length > 0) {
      item.description = facts.join(" · ");
    }
    return item;
  });
  return [unset, ...each];
}

/** The choices with another one for a project. */
export function withTarget(all: ChosenTargets, root: string, target: string | undefined): ChosenTargets {
  const others = Object.entries(all).filter(([it]) => it !== root);
  return Object.fromEntries(target === undefined ? others : [...others, [root, target]]);
}

/** What the server is told of the section `dbt` for a project's folder. */
export function withChosenTarget(section: unknown, all: ChosenTargets, folder: string | undefined): unknown {
  const target = folder === undefined ? undefined : all[folder];
  if (target === undefined || typeof section !== "object" || Array.isArray(section)) {
    return section;
  }
  return { ...section, target };
}
