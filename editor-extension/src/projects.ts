import * as path from "node:path";

/** The folder of the nearest `dbt_project.yml` at or above a folder, as dbt itself looks for it. */
export function projectAbove(folder: string, exists: (file: string) => boolean): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (exists(path.join(at, "dbt_project.yml"))) {
      return at;
    }
    if (path.dirname(at) === at) {
      return undefined;
    }
  }
}
