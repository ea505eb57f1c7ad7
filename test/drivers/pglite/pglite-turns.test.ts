/** A database in this thread must not block the rest of the process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';

const statement = { name: 'echo', text: 'SELECT $1::json AS "value"' };

let client: PgliteClient;

beforeAll(async () => {
  client = await PgliteClient.open(undefined, 'PGlite in memory');
});

afterAll(() => client.close());

describe('PGlite statements', () => {
  it('a series of PGlite statements lets timers fire in between', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);

    for (let statements = 0; statements < 200; statements += 1) await client.call(statement, 1);

    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
