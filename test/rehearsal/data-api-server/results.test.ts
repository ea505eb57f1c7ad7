/** Results: every supported type, unsupported types, metadata, and JSON. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataApi, startDataApi } from '../../support/data-api.ts';
import { hasPostgres } from '../../support/test-database.ts';

describe.skipIf(!hasPostgres)('results of a statement', () => {
  let api: DataApi;

  beforeAll(async () => {
    api = await startDataApi();
    await api.execute("CREATE TYPE colour AS ENUM ('red', 'green')");
    await api.execute(
      'CREATE TABLE described (id serial PRIMARY KEY, price numeric(10,2), label varchar(40), tags text[])',
    );
  });
  afterAll(() => api.close());

  it.each([
    ['7::int2', { longValue: 7 }],
    ['7::int4', { longValue: 7 }],
    ['7::int8', { longValue: 7 }],
    ['7::oid', { longValue: 7 }],
    ['1.5::float4', { doubleValue: 1.5 }],
    ['1e300::float8', { doubleValue: 1e300 }],
    ['1.50::numeric', { stringValue: '1.50' }],
    ['true', { booleanValue: true }],
    ["'a'", { stringValue: 'a' }],
    ["'a'::varchar(3)", { stringValue: 'a' }],
    ["'a'::char(3)", { stringValue: 'a  ' }],
    ["'a'::name", { stringValue: 'a' }],
    ["'\\x00ff'::bytea", { blobValue: new Uint8Array([0, 255]) }],
    ['\'{"b":1, "a":2}\'::json', { stringValue: '{"b":1, "a":2}' }],
    ['\'{"b":1,"a":2}\'::jsonb', { stringValue: '{"a": 2, "b": 1}' }],
    ["'10.0.0.1'::inet", { stringValue: '10.0.0.1' }],
    ["'red'::colour", { stringValue: 'red' }],
    ["'2026-02-28'::date", { stringValue: '2026-02-28' }],
    ["'12:30:01.25'::time", { stringValue: '12:30:01.250' }],
    ["'2026-02-28 12:30:01'::timestamp", { stringValue: '2026-02-28 12:30:01' }],
    ["'2026-02-28 12:30:01.5+02'::timestamptz", { stringValue: '2026-02-28 10:30:01.500' }],
    ["'2026-02-28 12:30:01.123456Z'::timestamptz", { stringValue: '2026-02-28 12:30:01.123456' }],
    ["'6a3dff1e-0b2a-4f0b-9a3c-2f6a5d1c7e11'::uuid", { stringValue: expect.any(String) }],
    ['NULL::int', { isNull: true }],
    ['ARRAY[1,NULL,3]', { arrayValue: { longValues: [1, null, 3] } }],
    ['ARRAY[true]', { arrayValue: { booleanValues: [true] } }],
    ['ARRAY[0.5::float8]', { arrayValue: { doubleValues: [0.5] } }],
    ["ARRAY['a, b','\"']", { arrayValue: { stringValues: ['a, b', '"'] } }],
    ['ARRAY[1.5]', { arrayValue: { stringValues: ['1.5'] } }],
    ["'{}'::text[]", { arrayValue: { stringValues: [] } }],
  ])('the value %s is returned as by the service', async (expression, field) => {
    const { records } = await api.execute(`SELECT ${expression}`);

    expect(records).toEqual([[field]]);
  });

  it.each([
    ["'1 day'::interval", 'INTERVAL'],
    ["'12:30+02'::timetz", 'TIMETZ'],
    ["'1'::money", 'MONEY'],
    ["'(1,2)'::point", 'POINT'],
    ['\'a\'::"char"', '"CHAR"'],
    ["'pg_class'::regclass", 'regclass'],
    ['ROW(1,2)', 'RECORD'],
    ["pg_notify('a', 'b')", 'VOID'],
  ])('a result with %s is refused', async (expression, type) => {
    await expect(api.execute(`SELECT ${expression}`)).rejects.toMatchObject({
      name: 'UnsupportedResultException',
      message: `The result contains the unsupported data type ${type}.`,
    });
  });

  it('a result with an array of two dimensions is refused', async () => {
    await expect(api.execute('SELECT ARRAY[[1,2],[3,4]]')).rejects.toMatchObject({
      name: 'UnsupportedResultException',
      message: 'The result contains a multidimensional array.',
    });
  });

  it.each(["'infinity'::timestamptz", "'-infinity'::date", "'NaN'::float8"])(
    'a result with %s fails without a message',
    async (expression) => {
      await expect(api.execute(`SELECT ${expression}`)).rejects.toMatchObject({
        name: 'InternalFailure',
        $metadata: expect.objectContaining({ httpStatusCode: 500 }),
      });
    },
  );

  it('the result set options decide how longs and decimals are returned', async () => {
    const { records } = await api.execute('SELECT 9007199254740993, 1.5, ARRAY[1]', [], {
      resultSetOptions: { longReturnType: 'STRING', decimalReturnType: 'DOUBLE_OR_LONG' },
    });

    expect(records).toEqual([
      [
        { stringValue: '9007199254740993' },
        { doubleValue: 1.5 },
        { arrayValue: { stringValues: ['1'] } },
      ],
    ]);
  });

  it('a result has the metadata of its columns on request', async () => {
    const { columnMetadata } = await api.execute(
      'SELECT id, price AS cost, label, tags, 1 AS one FROM described',
      [],
      { includeResultMetadata: true },
    );

    expect(columnMetadata).toMatchObject([
      { label: 'id', typeName: 'serial', type: 4, nullable: 0, isAutoIncrement: true },
      { label: 'cost', typeName: 'numeric', type: 2, precision: 10, scale: 2, nullable: 1 },
      { label: 'label', typeName: 'varchar', type: 12, precision: 40, tableName: 'described' },
      { label: 'tags', typeName: '_text', type: 2003, arrayBaseColumnType: 12 },
      { label: 'one', typeName: 'int4', type: 4, nullable: 2, tableName: '', isSigned: true },
    ]);
  });

  it('a result has no metadata of its columns by default', async () => {
    expect((await api.execute('SELECT 1')).columnMetadata).toBeUndefined();
  });

  describe('as JSON', () => {
    const json = { formatRecordsAs: 'JSON', includeResultMetadata: true } as const;

    it('a result as JSON is one text with the labels as keys', async () => {
      const { formattedRecords, records, columnMetadata } = await api.execute(
        "/* c */ SELECT 1 AS a, 1.5 AS b, 'x\"' AS c, NULL AS d, true AS e, ARRAY[1,2] AS f, " +
          "'\\xff'::bytea AS g, 9007199254740993 AS h",
        [],
        json,
      );

      expect(formattedRecords).toBe(
        '[{"a":1,"b":"1.5","c":"x\\"","d":null,"e":true,"f":[1,2],"g":"/w==","h":9007199254740993}]',
      );
      expect({ records, columnMetadata }).toEqual({});
    });

    it('a result as JSON is returned for SELECT only', async () => {
      const { formattedRecords, records } = await api.execute(
        "INSERT INTO described (label) VALUES ('a') RETURNING label",
        [],
        json,
      );

      expect({ formattedRecords, records }).toEqual({ records: [[{ stringValue: 'a' }]] });
    });

    it('a result as JSON is refused for two columns with the same label', async () => {
      await expect(api.execute('SELECT 1 AS a, 2 AS a', [], json)).rejects.toMatchObject({
        name: 'BadRequestException',
        message: 'The result has two columns named a',
      });
    });
  });
});
