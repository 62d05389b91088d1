import * as path from "node:path";

export interface ServerChoice {
  /** The setting `dbt.server.path`; empty when unset. */
  setting: string;
  /** The binary inside this extension. */
  bundled: string;
  trusted: boolean;
  exists: (file: string) => boolean;
}

export type Server = { command: string; note?: string } | { problem: string };

/**
 * Which binary runs. A folder that is not trusted yet cannot choose one, a relative path could be
 * meant against any folder, and neither may leave the user without a server while ours is there.
 */
export function chooseServer({ setting, bundled, trusted, exists }: ServerChoice): Server {
  const wanted = setting.trim();
  const refusal = wanted === "" ? undefined : refuse(wanted, trusted, exists);
  if (wanted !== "" && refusal === undefined) {
    return { command: wanted, note: "chosen by `dbt.server.path`" };
  }
  if (exists(bundled)) {
    return { command: bundled, note: refusal };
  }
  const missing = `This extension was packaged without the server for this platform (${bundled} is missing).`;
  return {
    problem: refusal === undefined ? `${missing} Set dbt.server.path to a tandem binary.` : `${missing} ${refusal}`,
  };
}

function refuse(wanted: string, trusted: boolean, exists: (file: string) => boolean): string | undefined {
  if (!trusted) {
    return "dbt.server.path is ignored until this folder is trusted.";
  }
  if (!path.isAbsolute(wanted)) {
    return `dbt.server.path is ignored: ${wanted} is not an absolute path.`;
  }
  if (!exists(wanted)) {
    return `dbt.server.path is ignored: there is no file ${wanted}.`;
  }
  return undefined;
}
