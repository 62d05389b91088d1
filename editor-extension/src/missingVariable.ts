/** The name of the variable that a finding of the server misses. */
export function missingVariable(code: unknown, message: string): string | undefined {
  return code === "missing-env-var" ? /^`([^`]+)`/.exec(message)?.[1] : undefined;
}
