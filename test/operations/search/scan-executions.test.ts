/** The limits of a search in documents. */
import { describe, expect, it } from 'vitest';
import { createRedactionRules } from '../../../lib/asl/redaction/redaction-rules.ts';
import { Redactor } from '../../../lib/operations/execution-view/redactor.ts';
import { scanExecutions, scanLimits } from '../../../lib/operations/search/scan-executions.ts';
import type { ScannedExecution } from '../../../lib/ports/store/execution-queries.ts';
import type { LookedPage } from '../../../lib/ports/store/page.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

/** A store whose statements find `found` each and take `ms`, and the rows that it was asked for. */
function openEndless(clock: SimulatedClock, found: readonly string[], ms: number) {
  const asked: { readonly rowsMax: number; readonly cursor?: string }[] = [];
  const scan: Store['scanExecutions'] = async (_filter, _text, { cursor, limit }, rowsMax) => {
    asked.push({ rowsMax, ...(cursor !== undefined && { cursor }) });
    await clock.advance(ms);
    const entries = found
      .slice(0, limit)
      .map((input) => ({ id: `${asked.length}`, input, output: null }) as ScannedExecution);
    const page: LookedPage<ScannedExecution> = {
      entries,
      next: `c${asked.length}`,
      lookedAt: { rows: rowsMax, backTo: 1_000 - asked.length, isAll: false },
    };
    return page;
  };
  return { asked, store: { scanExecutions: scan } as Store };
}

const request = { filter: {}, text: 'x', redactor: null };

describe('scanExecutions', () => {
  it('a call looks at so many rows and says how far back it came', async () => {
    const clock = new SimulatedClock();
    const { asked, store } = openEndless(clock, [], 1);

    const page = await scanExecutions({ store, clock }, request);

    const rows = asked.reduce((sum, { rowsMax }) => sum + rowsMax, 0);
    expect(rows).toBe(scanLimits.rowsMax);
    expect(asked[1]?.cursor).toBe('c1');
    expect(page).toEqual({
      entries: [],
      next: `c${asked.length}`,
      lookedAt: { rows, backTo: 1_000 - asked.length, isAll: false },
    });
  });

  it('a call that takes long ends early, and the next continues there', async () => {
    const clock = new SimulatedClock();
    const { asked, store } = openEndless(clock, [], 1_500);

    const { next } = await scanExecutions({ store, clock }, request);
    await scanExecutions({ store, clock }, { ...request, cursor: next ?? '' });

    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, 'c1', 'c2', 'c3']);
  });

  it('a call ends when it has found enough', async () => {
    const clock = new SimulatedClock();
    const { asked, store } = openEndless(clock, Array<string>(60).fill('"x"'), 1);

    const { entries } = await scanExecutions({ store, clock }, request);

    expect(entries).toHaveLength(scanLimits.matchesMax);
    expect(asked).toHaveLength(2);
    expect(Object.keys(entries[0] ?? {})).not.toContain('input');
  });

  it('a text that only a secret has is not found in redacted documents', async () => {
    const clock = new SimulatedClock();
    const { store } = openEndless(clock, ['{"password":"x"}', '{"a":"x"}'], 5_000);
    const redactor = new Redactor(createRedactionRules());

    const redacted = await scanExecutions({ store, clock }, { ...request, redactor });
    const open = await scanExecutions({ store, clock }, request);

    expect([redacted.entries.length, open.entries.length]).toEqual([1, 2]);
  });
});
