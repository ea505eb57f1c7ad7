/** ExecuteStatement: parameters in, records out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataApi, startDataApi } from '../../support/data-api.ts';
import { hasPostgres } from '../../support/test-database.ts';

describe.skipIf(!hasPostgres)('ExecuteStatement', () => {
  let api: DataApi;

  beforeAll(async () => {
    api = await startDataApi();
    await api.execute('CREATE TABLE item (id int PRIMARY KEY, label text, body jsonb)');
  });
  afterAll(() => api.close());

  it('a statement inserts rows from one JSON document and returns their columns', async () => {
    const document = JSON.stringify([
      { id: 1, label: 'one', body: { a: [1] } },
      { id: 2, label: null, body: null },
    ]);

    const { records, numberOfRecordsUpdated, generatedFields } = await api.execute(
      `INSERT INTO item
       SELECT * FROM jsonb_to_recordset(CAST(:document AS jsonb)) AS t(id int, label text, body jsonb)
       RETURNING id, label`,
      [{ name: 'document', value: { stringValue: document } }],
    );

    expect(records).toEqual([
      [{ longValue: 1 }, { stringValue: 'one' }],
      [{ longValue: 2 }, { isNull: true }],
    ]);
    expect(numberOfRecordsUpdated).toBe(0);
    expect(generatedFields).toBeUndefined();
  });

  it('a statement without a result returns the number of changed records', async () => {
    const { records, numberOfRecordsUpdated, generatedFields } = await api.execute(
      'INSERT INTO item (id) VALUES (:a), (:b)',
      [
        { name: 'a', value: { longValue: 10 } },
        { name: 'b', value: { longValue: 11 } },
      ],
    );

    expect({ records, numberOfRecordsUpdated, generatedFields }).toEqual({
      numberOfRecordsUpdated: 2,
      generatedFields: [],
    });
  });
});
