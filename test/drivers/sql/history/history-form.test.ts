/** When processes write the compact forms: never before the release before is gone. */
import { describe, expect, it } from 'vitest';
import { PgliteClient } from '../../../../lib/drivers/pglite/pglite-client.ts';
import { compactHistory } from '../../../../lib/drivers/sql/migrations/0021-compact-history.ts';
import { createSqlStore } from '../../../../lib/drivers/sql/sql-store.ts';
import { decodeHistory } from '../../../../lib/engine/history/decode-history.ts';
import { encodeHistory } from '../../../../lib/engine/history/encode-history.ts';
import { decodeSnapshot, encodeFully } from '../../../../lib/engine/snapshot.ts';
import { checkpoint, createClaimed } from '../../../contracts/store/store-harness.ts';

/** A snapshot in the brief form. */
const snapshot = `{"version":2,"at":[1,5,0,9],"root":{"state":"S","input":{},"at":[1,0,1]}}`;

const events = encodeHistory([{ type: 'TaskStarted', id: 1, previousEventId: 0, timestamp: 5 }]);

/** Opens a database, and writes a history through a store that was opened after `change`. */
async function writeAfter(...change: string[]) {
  const client = await PgliteClient.open(undefined, 'PGlite in memory');
  const store = createSqlStore(client);
  try {
    await store.migrate();
    await client.transaction(change);
    const claimed = await createClaimed(store);
    await store.commit([checkpoint(claimed, { events, snapshot, firstEventId: 1 })]);
    const [stored = ''] = await store.readHistory(claimed.id, 1, 1);
    return { events: stored, snapshot: (await store.getExecution(claimed.id))?.snapshot };
  } finally {
    await store.close();
  }
}

const [, decide = ''] = compactHistory.statements;
const machine = `INSERT INTO millrace.machines (id, version, kind, definition, created_at)
  VALUES ('m', 1, 'STANDARD', '{}', 1)`;

describe('the form in which histories are written', () => {
  it('a new database has histories in the compact form from the start', async () => {
    expect(await writeAfter('SELECT 1')).toEqual({ events, snapshot });
  });

  it('a database that the release before has used gets histories as JSON for a day', async () => {
    const stored = await writeAfter(machine, decide);

    expect(JSON.parse(stored.events)).toEqual(decodeHistory(events));
    expect(stored.snapshot).toBe(encodeFully(decodeSnapshot(snapshot)));
    expect(stored.snapshot).toContain('"version":1');
  });

  it('a database that was migrated more than a day ago has histories in the compact form', async () => {
    const older = `UPDATE millrace.schema_migrations SET writes_from = writes_from
      - interval '1 day 1 second'`;

    expect(await writeAfter(machine, decide, older)).toEqual({ events, snapshot });
  });
});
