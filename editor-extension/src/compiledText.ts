// What `tandem/compiled` says, and the way between the compiled text and its document. No `vscode` here, so that tests
// can call it.

export interface Place {
  line: number;
  character: number;
}

export interface Stretch {
  start: Place;
  end: Place;
}

export interface Compiled {
  uri: string;
  version: number | null;
  node: string;
  name: string;
  language: string;
  relation: string | null;
  text: string;
  holes: { range: Stretch; template: Stretch; reason: string }[];
  problems: { range: Stretch; message: string }[];
  map: {
    /** Start and end in the compiled text, start and end in the document, same letters, origin from 1: see docs/lsp-extensions.md. */
    segments: number[][];
    origins: { uri: string; range: Stretch; name: string | null }[][];
  };
}

interface Segment {
  compiled: Stretch;
  template: Stretch;
  verbatim: boolean;
}

/** A compiled text as it is shown: what is wrong stands above it as comments. */
export class Shown {
  readonly text: string;
  /** Lines above the compiled text. */
  private readonly above: number;
  private readonly segments: Segment[];

  constructor(
    readonly compiled: Compiled | undefined,
    file: string,
  ) {
    const header = headerLines(compiled, file);
    this.above = header.length;
    this.text = [...header, compiled?.text ?? ""].join("\n");
    this.segments = (compiled?.map.segments ?? []).map((it) => ({
      compiled: this.down(stretch(it, 0)),
      template: stretch(it, 4),
      verbatim: it[8] === 1,
    }));
  }

  get holes(): { range: Stretch; reason: string }[] {
    return (this.compiled?.holes ?? []).map((it) => ({ range: this.down(it.range), reason: it.reason }));
  }

  /** What a selection of the document has become. Without a selection: the expression that one is in, or the line. */
  toCompiled(selection: Stretch): Stretch[] {
    let wanted = selection;
    let found = this.segments;
    if (isEmpty(selection)) {
      const expressions = this.segments.filter((it) => !it.verbatim && holds(it.template, selection.start));
      if (expressions.length > 0) {
        return joined(expressions.map((it) => it.compiled));
      }
      const { line } = selection.start;
      wanted = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
      found = this.segments.filter((it) => it.verbatim);
    }
    return joined(
      found.flatMap((it) => {
        const start = latest(it.template.start, wanted.start);
        const end = earliest(it.template.end, wanted.end);
        if (compare(start, end) >= 0) {
          return [];
        }
        if (!it.verbatim) {
          return [it.compiled];
        }
        const { template, compiled } = it;
        return [{ start: move(start, template.start, compiled.start), end: move(end, template.start, compiled.start) }];
      }),
    );
  }

  /** The place of the document that wrote a selection of the compiled text. */
  toTemplate(selection: Stretch): Stretch | undefined {
    const first = this.at(selection.start);
    const last = isEmpty(selection) ? first : (this.before(selection.end) ?? first);
    if (first === undefined || last === undefined) {
      return undefined;
    }
    const exact = (segment: Segment, place: Place) =>
      move(
        earliest(latest(place, segment.compiled.start), segment.compiled.end),
        segment.compiled.start,
        segment.template.start,
      );
    const start = first.verbatim ? exact(first, selection.start) : first.template.start;
    const end = last.verbatim ? exact(last, selection.end) : last.template.end;
    return compare(start, end) <= 0 ? { start, end } : { start: end, end: start };
  }

  private at(place: Place): Segment | undefined {
    return this.segments.find((it) => compare(place, it.compiled.end) < 0) ?? this.segments.at(-1);
  }

  private before(place: Place): Segment | undefined {
    return this.segments.findLast((it) => compare(it.compiled.start, place) < 0);
  }

  private down({ start, end }: Stretch): Stretch {
    return {
      start: { line: start.line + this.above, character: start.character },
      end: { line: end.line + this.above, character: end.character },
    };
  }
}

/** What stands above the text: why it is not what dbt would run. */
function headerLines(compiled: Compiled | undefined, file: string): string[] {
  const comment = compiled?.language === "python" ? "#" : "--";
  if (compiled === undefined) {
    return [`${comment} dbt compiles nothing of ${file}.`];
  }
  if (compiled.problems.length === 0) {
    return [];
  }
  const lines = compiled.problems.map((it) => {
    const message = it.message.replace(/\s+/g, " ");
    return `${comment} ${file}:${it.range.start.line + 1}: ${message}`;
  });
  return [`${comment} Not what dbt would run: the template has errors.`, ...lines, ""];
}

function stretch(numbers: number[], from: number): Stretch {
  const at = (index: number) => numbers[from + index] ?? 0;
  return { start: { line: at(0), character: at(1) }, end: { line: at(2), character: at(3) } };
}

/** The same distance from another start: columns count on the first line only. */
function move(place: Place, from: Place, to: Place): Place {
  const lines = place.line - from.line;
  const character = lines === 0 ? to.character + place.character - from.character : place.character;
  return { line: to.line + lines, character };
}

function joined(all: Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const it of [...all].sort((a, b) => compare(a.start, b.start))) {
    const last = result.at(-1);
    if (last !== undefined && compare(it.start, last.end) <= 0) {
      last.end = latest(last.end, it.end);
    } else {
      result.push({ ...it });
    }
  }
  return result;
}

const compare = (a: Place, b: Place) => a.line - b.line || a.character - b.character;
const earliest = (a: Place, b: Place) => (compare(a, b) <= 0 ? a : b);
const latest = (a: Place, b: Place) => (compare(a, b) >= 0 ? a : b);
const isEmpty = ({ start, end }: Stretch) => compare(start, end) === 0;
const holds = ({ start, end }: Stretch, place: Place) => compare(start, place) <= 0 && compare(place, end) <= 0;
