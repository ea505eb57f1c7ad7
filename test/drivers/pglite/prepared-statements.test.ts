/** Statements that PGlite keeps prepared: rows, refusals, and when they are planned anew. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';
import { PreparedStatements } from '../../../lib/drivers/pglite/prepared-statements.ts';
import type { Statement } from '../../../lib/drivers/sql/sql-client.ts';

let client: PgliteClient;

beforeAll(async () => {
  client = await PgliteClient.open(undefined, 'PGlite in memory');
});

afterAll(() => client.close());

/** A statement whose plan is kept. */
function kept(name: string, text: string): Statement {
  return { name, text, hasOnePlan: true };
}

const field = (name: string) => `CAST($1 AS json)->>'${name}'`;

it('a statement whose plan is kept returns the rows that it would return without', async () => {
  const text = `SELECT ${field('text')} AS "text", CAST(${field('number')} AS integer) AS "number",
    CAST(1.5 AS float8) AS "float", true AS "yes", CAST(NULL AS text) AS "nothing",
    n AS "n" FROM generate_series(1, 3) n`;
  const document = { text: 'Ærøskøbing\n"\\', number: 7 };
  const rows = await client.call({ name: 'plain', text }, document);
  for (const _ of ['prepared now', 'prepared before']) {
    expect(await client.call(kept('kept', text), document)).toEqual(rows);
  }
  expect(rows).toHaveLength(3);
});

it('a statement that finds no row returns none', async () => {
  const statement = kept('none', `SELECT 1 AS "one" WHERE ${field('a')} = 'b'`);
  expect(await client.call(statement, {})).toEqual([]);
  expect(await client.call(statement, { a: 'b' })).toEqual([{ one: 1 }]);
});

it('a statement that refused a document takes the next one', async () => {
  const statement = kept('numbers', `SELECT CAST(${field('n')} AS integer) AS "n"`);
  const refusal = { code: 'STORE_FAILED', fields: { sqlState: '22P02' } };
  await expect(client.call(statement, { n: 'x' })).rejects.toMatchObject(refusal);
  expect(await client.call(statement, { n: '1' })).toEqual([{ n: 1 }]);
  await expect(client.call(statement, { n: 'y' })).rejects.toMatchObject(refusal);
  expect(await client.call(statement, { n: '2' })).toEqual([{ n: 2 }]);
});

it('a statement that could not be prepared is prepared when it can be', async () => {
  const statement = kept('later', `SELECT name AS "name" FROM later WHERE name = ${field('name')}`);
  const document = { name: 'a' };
  await expect(client.call(statement, document)).rejects.toMatchObject({
    fields: { sqlState: '42P01' },
  });
  await client.transaction([
    'CREATE TABLE later (name text NOT NULL)',
    `INSERT INTO later VALUES ('a')`,
  ]);
  expect(await client.call(statement, document)).toEqual([{ name: 'a' }]);
});

it('a statement is prepared for the columns that a migration leaves', async () => {
  await client.transaction(['CREATE TABLE changed (a text)', `INSERT INTO changed VALUES ('1')`]);
  const statement = kept('all_columns', `SELECT * FROM changed WHERE a = ${field('a')}`);
  expect(await client.call(statement, { a: '1' })).toEqual([{ a: '1' }]);
  await client.transaction(['ALTER TABLE changed ADD b integer DEFAULT 2']);
  expect(await client.call(statement, { a: '1' })).toEqual([{ a: '1', b: 2 }]);
});

it('a plan is made anew as the data grows, so that a full table is not scanned', async () => {
  const database = await PGlite.create();
  await database.exec('CREATE TABLE growing (id text PRIMARY KEY, body text)');
  const statements = new PreparedStatements(database);
  const insert = kept(
    'insert_growing',
    `INSERT INTO growing SELECT id, body
    FROM json_to_recordset(CAST($1 AS json)) AS r (id text, body text) RETURNING id AS "id"`,
  );
  const find = kept(
    'find_growing',
    `SELECT g.id AS "id" FROM json_array_elements_text(CAST($1 AS json)) AS a (id)
    JOIN growing g ON g.id = a.id`,
  );
  const planOf = async () => {
    const { rows } = await database.query(`EXPLAIN EXECUTE find_growing('["1"]')`);
    return JSON.stringify(rows);
  };
  // The sixth run keeps its plan.
  for (let run = 1; run <= 6; run += 1) await statements.run(find, '[]');
  expect(await planOf()).toContain('Seq Scan on growing');
  for (let from = 0; from < 20_000; from += 1_000) {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      id: `${from + index}`,
      body: 'x'.repeat(500),
    }));
    await statements.run(insert, JSON.stringify(rows));
    expect(await statements.run(find, `["${from}"]`)).toEqual([{ id: `${from}` }]);
  }
  expect(await planOf()).toContain('Index');
  await database.close();
});
