/** The OpenAPI document, and the contract that it derives from. */
import { describe, expect, it } from 'vitest';
import { contract, type Operations } from '../../lib/api/contract/contract.ts';
import { type Operation, paramsIn } from '../../lib/api/contract/operation.ts';
import { createApi } from '../../lib/api/create-api.ts';
import { openApiDocument } from '../../lib/api/openapi.ts';
import { ApiCaller } from '../support/api-caller.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

interface Described {
  readonly operationId: string;
  readonly parameters: { readonly in: string; readonly name: string; readonly schema: object }[];
  readonly requestBody?: { readonly required: boolean };
}

const document = openApiDocument() as {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Described>>;
};

const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const operations: [string, Operation][] = Object.entries(contract);

describe('the OpenAPI document', () => {
  it('the OpenAPI document has exactly the operations of the contract', () => {
    const listed = described.map(({ path, method, operation }) => {
      return `${operation.operationId} ${method.toUpperCase()} ${path}`;
    });

    const there = operations.map(([name, { method, path }]) => `${name} ${method} ${path}`);
    expect(listed.toSorted()).toEqual(there.toSorted());
  });

  it('the OpenAPI document has exactly the parameters of each operation', () => {
    for (const { operation } of described) {
      const { path, query } = contract[operation.operationId as keyof typeof contract] as Operation;
      const names = [...paramsIn(path), ...Object.keys(query?.shape ?? {})];
      expect(operation.parameters.map(({ name }) => name)).toEqual(names);
    }
  });

  it('a parameter is described in its wire format, with its default', () => {
    const list = document.paths['/v1/batches']?.get;
    const limit = list?.parameters.find(({ name }) => name === 'limit');

    expect(limit?.schema).toEqual({ type: 'integer', minimum: 1, maximum: 1_000, default: 20 });
  });

  it('the OpenAPI document names the role that each operation needs', () => {
    const cancel = document.paths['/v1/batches/{batchId}/cancel']?.post;
    const purge = document.paths['/v1/queues/{queue}/purge']?.post;

    expect([cancel, purge]).toMatchObject([
      { 'x-millrace-role': 'operator' },
      { 'x-millrace-role': 'owner' },
    ]);
  });

  it('a body that may be omitted is not required', () => {
    const required = Object.fromEntries(
      described.flatMap(({ operation: { operationId, requestBody } }) =>
        requestBody === undefined ? [] : [[operationId, requestBody.required]],
      ),
    );

    expect(required).toMatchObject({ startBatch: true, cancelBatch: false, purgeQueue: false });
  });

  it('the OpenAPI document is served, and discloses nothing of the app', async () => {
    const api = createApi({} as Operations, { logger: new QuietLogger() });

    const { status, body } = await new ApiCaller(api).get('/v1/openapi.json');

    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
  });
});

describe('the contract', () => {
  it('the contract has one operation for each method of a path', () => {
    const places = operations.map(([, { method, path }]) => `${method} ${path}`);

    expect(new Set(places).size).toBe(places.length);
  });

  it('an operation that only reads has no body', () => {
    const readers = operations.filter(([, { method }]) => method === 'GET');

    expect(readers.filter(([, { body }]) => body !== undefined)).toEqual([]);
  });
});
