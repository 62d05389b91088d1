const LIMIT = 4;
const WITHIN_MS = 3 * 60_000;

/** A server that falls over now and then is started again; one that cannot stand is left alone. */
export class Crashes {
  private times: number[] = [];

  mayRestart(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WITHIN_MS), now];
    return this.times.length < LIMIT;
  }
}
