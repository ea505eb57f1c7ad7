/** Lists of executions of a machine that has too many of them to be sorted by their end. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';
import { createSqlStore } from '../../../lib/drivers/sql/sql-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { create, newExecutions } from '../../contracts/store/store-harness.ts';

/** Up to how many executions of a machine are sorted. */
const fewMax = 5_000;

/** Ends all executions in another order than that of their starts. */
const endInAnyOrder = `UPDATE millrace.executions
  SET status = 'SUCCEEDED', sent_at = NULL, ended_at = created_at - abs(hashtext(id::text)) % 100000`;

async function addExecutions(store: Store, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    ids.push(...(await create(store, ...newExecutions(Math.min(1_000, count - ids.length)))));
  }
  return ids;
}

/** Reads the pages of a list from a cursor to its end. */
async function readPages(store: Store, from: string | null): Promise<string[]> {
  const ids: string[] = [];
  let cursor = from;
  do {
    const request = { limit: 1_000, ...(cursor !== null && { cursor }) };
    const page = await store.listByStart({ machineId: 'orders' }, request);
    ids.push(...page.entries.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== null);
  return ids;
}

describe('a list of the executions of a machine', () => {
  it('pages have no gap while the machine gets too many executions to sort, and too few again', async () => {
    const client = await PgliteClient.open(undefined, 'PGlite in memory');
    const store = createSqlStore(client);
    await store.migrate();
    onTestFinished(() => store.close());
    const ids = await addExecutions(store, fewMax);
    await client.transaction([endInAnyOrder]);
    const request = { limit: 1_000 };
    const sorted = await store.listByStart({ machineId: 'orders' }, request);
    const late = await addExecutions(store, 1_000);
    const rest = await readPages(store, sorted.next);

    const unsorted = await store.listByStart({ machineId: 'orders' }, request);
    const pruned = ids.slice(0, 1_500).map((id) => `'${id}'`);
    await client.transaction([
      `DELETE FROM millrace.executions WHERE id IN (${pruned.join(', ')})`,
    ]);
    const fewer = await readPages(store, unsorted.next);

    const entriesOf = ({ entries }: typeof sorted) => entries.map(({ id }) => id);
    expect([...entriesOf(sorted), ...rest].sort()).toEqual(ids.toSorted());
    expect([...entriesOf(unsorted), ...fewer].sort()).toEqual(
      [...ids.slice(1_500), ...late].toSorted(),
    );
  }, 60_000);
});
