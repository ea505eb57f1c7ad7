/** Decides whether a run of the recorded cases is good enough: never worse than the last one. */

/** How many cases came out as recorded. */
export interface Count {
  readonly semantic: number;
  readonly strict: number;
  readonly cases: number;
}

/** Holds a run against the count on record. */
export function verdictOn(run: Count, recorded: Count): { holds: boolean; message: string } {
  const { semantic, strict, cases } = run;
  const counts = `semantic ${semantic} of ${cases}, strict ${strict} of ${cases}`;
  if (semantic < recorded.semantic) {
    const message = `conformance: ${counts}; expected at least ${recorded.semantic} semantic`;
    return { holds: false, message };
  }
  if (semantic === recorded.semantic) return { holds: true, message: `conformance: ${counts}` };
  const message = `conformance: ${counts}; raise test/conformance/recorded-count.json to it`;
  return { holds: true, message };
}
