import type { ExecutionFilter, ScannedExecution } from '../../ports/store/execution-queries.ts';
import type { ExecutionSummary } from '../../ports/store/execution-store.ts';
import type { LookedAt, LookedPage } from '../../ports/store/page.ts';
import type { AppContext } from '../app-context.ts';
import type { Redactor } from '../execution-view/redactor.ts';

/** What to look for in documents. */
export interface ScanRequest {
  /** The executions to look at. */
  readonly filter: ExecutionFilter;
  /** The text, letter for letter. */
  readonly text: string;
  /** The `next` of the call before. @default starts with the newest execution */
  readonly cursor?: string;
  /** Looks at documents without their secrets; null looks at them as they are. */
  readonly redactor: Redactor | null;
}

/** Limits of one call. */
export const scanLimits = Object.freeze({
  rowsMax: 20_000,
  /** Time after which no further statement starts, in milliseconds. */
  msMax: 2_000,
  /** Maximum number of rows of one statement. */
  statementRowsMax: 4_000,
  /** Maximum number of executions found. */
  matchesMax: 100,
});

/**
 * Looks for a text in the inputs and outputs of the executions that match a filter, the newest
 * first. A call looks at a bounded number of executions and says how far back it came; the next one
 * continues from there.
 */
export async function scanExecutions(
  { store, clock }: Pick<AppContext, 'store' | 'clock'>,
  { filter, text, cursor, redactor }: ScanRequest,
): Promise<LookedPage<ExecutionSummary>> {
  const until = clock.monotonicMs() + scanLimits.msMax;
  const entries: ExecutionSummary[] = [];
  let lookedAt: LookedAt = { rows: 0, backTo: null, isAll: false };
  let next: string | null | undefined = cursor;
  do {
    const left = scanLimits.rowsMax - lookedAt.rows;
    const page = await store.scanExecutions(
      filter,
      text,
      { limit: scanLimits.matchesMax - entries.length, ...(next && { cursor: next }) },
      Math.min(left, scanLimits.statementRowsMax),
    );
    entries.push(...page.entries.filter(isShown(text, redactor)).map(toSummary));
    const rows = lookedAt.rows + page.lookedAt.rows;
    lookedAt = { ...page.lookedAt, rows, backTo: page.lookedAt.backTo ?? lookedAt.backTo };
    next = page.next;
  } while (
    next !== null &&
    entries.length < scanLimits.matchesMax &&
    lookedAt.rows < scanLimits.rowsMax &&
    clock.monotonicMs() < until
  );
  return { entries, next, lookedAt };
}

/** Returns a function that tells whether the text is in what the caller may see. */
function isShown(text: string, redactor: Redactor | null): (found: ScannedExecution) => boolean {
  if (redactor === null) return () => true;
  return ({ input, output }) =>
    redactor.text(input).includes(text) ||
    (output !== null && redactor.text(output).includes(text));
}

function toSummary({ input: _, output, ...summary }: ScannedExecution): ExecutionSummary {
  return summary;
}
