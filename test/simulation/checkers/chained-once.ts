import type { Ledger, LedgerEntry } from '../ledger.ts';
import type { Checker } from './checker.ts';

/**
 * Checks that batches over earlier executions take each of these once, whichever of them do so, and
 * with its output as the input.
 */
export function chainedOnce(): Checker {
  return {
    invariant: 'a chained batch takes each earlier execution once, with its output',
    verify: async ({ ledger }) => {
      const chained = [...ledger.entries.values()].filter(({ execution }) => execution.link);
      return [...findTwice(chained), ...chained.flatMap((entry) => compareInput(ledger, entry))];
    },
  };
}

function findTwice(chained: readonly LedgerEntry[]): string[] {
  const bySource = Map.groupBy(chained, ({ execution }) => execution.link?.sourceExecutionId);
  return [...bySource]
    .filter(([, entries]) => entries.length > 1)
    .map(([source, entries]) => `${source} was taken ${entries.length} times`);
}

function compareInput(ledger: Ledger, { execution }: LedgerEntry): string[] {
  const source = ledger.entries.get(execution.link?.sourceExecutionId ?? '');
  if (source === undefined) return [`${execution.id} continues an unknown execution`];
  const { status, output } = source;
  if (status !== 'SUCCEEDED') return [`${execution.id} continues one that is ${status}`];
  const expected = JSON.stringify(JSON.parse(output ?? 'null'));
  return execution.input === expected ? [] : [`${execution.id} has another input than ${expected}`];
}
