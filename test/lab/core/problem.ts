/** A problem the operator can act on: what happened with its values, why, and the next command to type. */
export class LabProblem extends Error {
  readonly next: string;
  constructor(what: string, next: string) {
    super(what);
    this.name = 'LabProblem';
    this.next = next;
  }
}

/** The words of anything thrown, for a sentence. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
