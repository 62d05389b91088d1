// Takes secrets out of the protocol trace, which otherwise holds whole files and settings as they are.

const MASK = "•••";

/** Files whose text is secret as a whole: it goes to the server, but into no log. */
const SECRET_FILE = /(?:^|[/\\])(?:\.env[^/\\]*|[^/\\]*\.env|profiles\.ya?ml|dbt_cloud\.ya?ml)$/i;

const SECRET_VARIABLE = /(\bDBT_ENV_SECRET\w*["']?\s*[:=]\s*["']?)([^\s"',}\\]+)/g;

const SECRET_KEY =
  /(\b(?:pass|password|pwd|token(?:-value)?|[a-z_]*_(?:token|secret)|private_key(?:_passphrase)?|secret_access_key|keyfile_json|client_cert_key|client_private_key)["']?\s*:\s*["']?)([^\s"',}{\\][^\n"',}\\]*)/gi;

const PLATFORM_TOKEN = /\bdbt[a-z]_[A-Za-z0-9_-]{8,}/g;

/** Messages whose body goes into no log: what dbt is started with, and what a user pastes. */
const SECRET_METHOD = /\btandem\/(?:spawnEnvironment|importPlatformList|dotenvFromExample)\b/;

/** One message of the trace: a title line, then `Params:` or `Result:` with JSON. */
export function redactTrace(message: string): string {
  const start = /^(?:Params|Result|Error data): /m.exec(message);
  if (start === null) {
    return redactText(message);
  }
  const bodyAt = start.index + start[0].length;
  const title = message.slice(0, bodyAt);
  const body = message.slice(bodyAt);
  if (SECRET_METHOD.test(title)) {
    return `${redactText(title)}${MASK}`;
  }
  try {
    return redactText(title) + JSON.stringify(redactValue(JSON.parse(body), false), null, 2);
  } catch {
    return redactText(message);
  }
}

export function redactText(text: string): string {
  return text.replace(SECRET_VARIABLE, `$1${MASK}`).replace(SECRET_KEY, `$1${MASK}`).replace(PLATFORM_TOKEN, MASK);
}

function redactValue(value: unknown, secret: boolean): unknown {
  if (typeof value === "string") {
    return redactText(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => redactValue(item, secret));
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const inside = secret || isSecretFile(uriOf(value));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redactEntry(key, item, inside || isSecretFile(key))]),
  );
}

function redactEntry(key: string, item: unknown, secret: boolean): unknown {
  if (secret && (key === "text" || key === "newText") && typeof item === "string") {
    return `${MASK} (${item.length} characters)`;
  }
  if (key === "environmentVariables" && item !== null && typeof item === "object") {
    return Object.fromEntries(Object.keys(item).map((name) => [name, MASK]));
  }
  return redactValue(item, secret);
}

function uriOf(value: object): unknown {
  if ("uri" in value) {
    return value.uri;
  }
  if ("textDocument" in value && value.textDocument !== null && typeof value.textDocument === "object") {
    return "uri" in value.textDocument ? value.textDocument.uri : undefined;
  }
  return undefined;
}

function isSecretFile(uri: unknown): boolean {
  return typeof uri === "string" && SECRET_FILE.test(uri);
}
