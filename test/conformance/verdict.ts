/** Compares the result of a conformance run with the count on record, which must never fall. */

/** Number of cases whose results match the recording. */
export interface Count {
  readonly semantic: number;
  readonly strict: number;
  readonly cases: number;
}

/** Compares a run with the count on record. */
export function verdictOn(run: Count, recorded: Count): { holds: boolean; message: string } {
  const { semantic, strict, cases } = run;
  const counts = `semantic ${semantic} of ${cases}, strict ${strict} of ${cases}`;
  if (semantic < recorded.semantic) {
    const message = `conformance: ${counts}; expected at least ${recorded.semantic} semantic`;
    return { holds: false, message };
  }
  if (semantic === recorded.semantic) return { holds: true, message: `conformance: ${counts}` };
  const message = `conformance: ${counts}; raise test/conformance/recorded-count.json to this count`;
  return { holds: true, message };
}
