import type { BatchStates } from '../operations/figures/state-report.ts';
import { plainLook, type TableLook } from './terminal/table-look.ts';
import { textTable } from './text-table.ts';

/** Formats the states of a batch; nothing when none are known. */
export function stateTable(
  { exactness, states, notBegunOrReopened }: BatchStates,
  look: TableLook = plainLook,
): string[] {
  if (exactness === 'none') return [];
  const sampled = exactness === 'sampled' ? ' (a sample)' : '';
  const header = ['state', 'now', 'entered', 'failed', 'caught', 'retried', 'p50 ms', 'p95 ms'];
  const rows = states.map(({ name, current, entered, failed, caught, retried, tookMs }) => {
    return [
      name,
      current,
      entered,
      failed,
      caught,
      retried,
      tookMs?.p50 ?? null,
      tookMs?.p95 ?? null,
    ];
  });
  const optional = ['p95 ms', 'caught', 'retried'];
  const indented = { ...look, columns: look.columns && look.columns - 2 };
  return [
    `Executions by state${sampled}; ${notBegunOrReopened.toLocaleString('en-US')} in none:`,
    ...textTable(header, rows, { look: indented, optional }).map((line) => `  ${line}`),
  ];
}
