/** Parameters: types, type hints, and errors. */
import type { SqlParameter } from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataApi, startDataApi } from '../../support/data-api.ts';
import { rejection } from '../../support/rejection.ts';
import { hasPostgres } from '../../support/test-database.ts';

const uuid = '6a3dff1e-0b2a-4f0b-9a3c-2f6a5d1c7e11';

describe.skipIf(!hasPostgres)('parameters of a statement', () => {
  let api: DataApi;

  beforeAll(async () => {
    api = await startDataApi();
    await api.execute('CREATE TABLE typed (id uuid, body jsonb, n int, at timestamptz)');
  });
  afterAll(() => api.close());

  const text = (name: string, stringValue: string): SqlParameter => ({
    name,
    value: { stringValue },
  });

  it.each([
    ['SELECT 1 FROM typed WHERE id = :p', 'operator does not exist: uuid = text', '42883'],
    ['SELECT 1 WHERE 1 = ANY(:p)', 'op ANY/ALL (array) requires array on right side', '42809'],
    [
      'INSERT INTO typed (body) VALUES (:p)',
      'column "body" is of type jsonb but expression is of type text',
      '42804',
    ],
    ['SELECT :p + 1', 'operator does not exist: text + integer', '42883'],
  ])(
    'a string parameter is text, so that a missing cast fails: %s',
    async (sql, message, state) => {
      const error = await rejection(api.execute(sql, [text('p', uuid)]));

      expect(error.name).toBe('DatabaseErrorException');
      expect(error.message).toContain(`ERROR: ${message}; `);
      expect(error.message).toMatch(new RegExp(`; Position: \\d+; SQLState: ${state}$`));
    },
  );

  it('a parameter has the type of its member', async () => {
    const { records } = await api.execute(
      'SELECT pg_typeof(:long)::text, pg_typeof(:double)::text, pg_typeof(:flag)::text, ' +
        'pg_typeof(:bytes)::text, pg_typeof(:words)::text, :bytes',
      [
        { name: 'long', value: { longValue: 1 } },
        { name: 'double', value: { doubleValue: 1.5 } },
        { name: 'flag', value: { booleanValue: true } },
        { name: 'bytes', value: { blobValue: new Uint8Array([0, 255]) } },
        text('words', 'a'),
      ],
    );

    const types = ['bigint', 'double precision', 'boolean', 'bytea', 'text'];
    expect(records).toEqual([
      [...types.map((stringValue) => ({ stringValue })), { blobValue: new Uint8Array([0, 255]) }],
    ]);
  });

  it('a null parameter fits every column', async () => {
    const none = { isNull: true } as const;
    const { numberOfRecordsUpdated } = await api.execute(
      'INSERT INTO typed (id, n, at) VALUES (:id, :n, :at)',
      ['id', 'n', 'at'].map((name) => ({ name, value: none })),
    );

    expect(numberOfRecordsUpdated).toBe(1);
  });

  it.each([
    ['DATE', '2026-02-28', 'date', '28.02.2026'],
    ['DECIMAL', '-12.50', 'numeric', '12,5'],
    ['JSON', '{"a":[1]}', 'json', '{a:1}'],
    ['TIME', '12:30:01.5', 'time without time zone', '12:30'],
    ['TIMESTAMP', '2026-02-28 12:30:01', 'timestamp without time zone', '2026-02-28T12:30:01Z'],
    ['UUID', uuid, 'uuid', 'none'],
  ] as const)(
    'a string with the type hint %s has that type, and its format is checked',
    async (typeHint, good, type, bad) => {
      const select = (stringValue: string) =>
        api.execute('SELECT pg_typeof(:p)::text', [
          { name: 'p', value: { stringValue }, typeHint },
        ]);

      expect((await select(good)).records).toEqual([[{ stringValue: type }]]);
      await expect(select(bad)).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('does not fit its type hint'),
      });
    },
  );

  it('a long keeps digits that a JavaScript number would lose', async () => {
    const body = JSON.stringify({ ...api.target, sql: 'SELECT :n', parameters: '?' }).replace(
      '"?"',
      '[{"name":"n","value":{"longValue":9223372036854775807}}]',
    );
    const response = await fetch(`${api.server.url}/Execute`, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=A/20260101/x/rds-data/aws4_request' },
      body,
    });

    expect(await response.text()).toBe(
      '{"numberOfRecordsUpdated":0,"records":[[{"longValue":9223372036854775807}]]}',
    );
  });

  it.each<[string, SqlParameter[], string, string]>([
    [
      'an array',
      [{ name: 'p', value: { arrayValue: { stringValues: ['a'] } } }],
      'BadRequestException',
      'Array parameters are not supported.',
    ],
    ['without a definition', [text('q', 'a')], 'ValidationException', 'Cannot find parameter: p'],
    [
      'defined twice',
      [text('p', 'a'), text('p', 'b')],
      'ValidationException',
      'Parameter p is given twice',
    ],
    ['without a value', [{ name: 'p' }], 'ValidationException', 'Parameter p has no value'],
    [
      'without a name',
      [{ value: { stringValue: 'a' } }],
      'ValidationException',
      'A parameter has no name',
    ],
  ])('a parameter is refused: %s', async (_, parameters, name, message) => {
    await expect(api.execute('SELECT :p', parameters)).rejects.toMatchObject({ name, message });
  });
});
