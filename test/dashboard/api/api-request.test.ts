/** Addresses and bodies of requests. */
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  bodyTextOf,
  jsonFault,
  withTypedJson,
} from '../../../dashboard/src/api/api-request.ts';
import { operationRoutes } from '../../../dashboard/src/api/operation-routes.ts';
import { contract } from '../../../lib/api/contract/contract.ts';
import type { Operation } from '../../../lib/api/contract/operation.ts';

describe('operationRoutes', () => {
  it('the routes of the page are those of the contract', () => {
    const expected = Object.entries(contract as Readonly<Record<string, Operation>>).map(
      ([name, { needs, method, path }]) => [name, [needs, method, path]],
    );

    expect(operationRoutes).toEqual(Object.fromEntries(expected));
  });
});

describe('addressOf', () => {
  it('an address is relative to the base of the page', () => {
    expect(addressOf('listBatches', {})).toBe('v1/batches');
  });

  it('ids are encoded', () => {
    expect(addressOf('getQueue', { params: { queue: '../a b?#%' } })).toBe(
      'v1/queues/..%2Fa%20b%3F%23%25',
    );
  });

  it('values that are undefined or empty leave no trace in an address', () => {
    const query = { status: ['FAILED', 'TIMED_OUT'], queue: '', batchId: undefined, limit: 200 };

    expect(addressOf('listExecutions', { query })).toBe(
      'v1/executions?status=FAILED%2CTIMED_OUT&limit=200',
    );
    expect(addressOf('listExecutions', { query: { status: [] } })).toBe('v1/executions');
  });
});

describe('bodies', () => {
  it('a typed document is sent letter for letter', () => {
    const body = withTypedJson(
      { machineId: 'order', name: undefined },
      { input: ' {"cents": 3544790567247868102, "rate": 1.10} ', options: '' },
    );

    expect(bodyTextOf(body)).toBe(
      '{"machineId":"order","input":{"cents": 3544790567247868102, "rate": 1.10}}',
    );
  });

  it('a body without fields is an empty object', () => {
    expect(bodyTextOf(undefined)).toBe('{}');
  });

  it('a text that is not JSON is refused with the reason, and a blank one is not', () => {
    expect(jsonFault('{"a": }')).toContain('JSON');
    expect(jsonFault(' ')).toBeNull();
    expect(jsonFault('[1]')).toBeNull();
  });
});
