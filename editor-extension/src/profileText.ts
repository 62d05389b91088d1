// What changes between two texts. No `vscode` here.

export interface Part {
  start: number;
  end: number;
  text: string;
}

/** The one stretch of `before` that becomes another in `after`, in whole lines; none where they are equal. */
export function changedPart(before: string, after: string): Part | undefined {
  if (before === after) {
    return undefined;
  }
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) {
    start++;
  }
  start = before.lastIndexOf("\n", start - 1) + 1;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail++;
  }
  const newline = before.indexOf("\n", before.length - tail);
  tail = newline === -1 ? 0 : before.length - newline - 1;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
