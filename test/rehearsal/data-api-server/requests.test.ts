/** Requests: authorization, and errors before and in the database. */
import {
  BeginTransactionCommand,
  type ExecuteStatementCommandInput,
} from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '../../../rehearsal/data-api-server/access-check.ts';
import { type DataApi, startDataApi } from '../../support/data-api.ts';
import { sendRequest } from '../../support/http-client.ts';
import { hasPostgres } from '../../support/test-database.ts';

const signed = {
  authorization: 'AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/rds-data/aws4_request',
};

describe.skipIf(!hasPostgres)('requests to the Data API server', () => {
  const authorized: AuthorizationRequest[] = [];
  let api: DataApi;

  beforeAll(async () => {
    const authorize = (request: AuthorizationRequest) => {
      authorized.push(request);
      return request.action === 'rds-data:BeginTransaction' ? 'not you' : null;
    };
    api = await startDataApi({ authorize });
  });
  afterAll(() => api.close());

  async function post(path: string, body: string, headers: Record<string, string> = signed) {
    const response = await fetch(api.server.url + path, { method: 'POST', headers, body });
    return {
      status: response.status,
      code: response.headers.get('x-amzn-errortype'),
      body: await response.json(),
    };
  }

  it('a request under a foreign name is denied, as a page of another site would send it', async () => {
    const { port } = api.server;
    const sent = { port, method: 'POST', path: '/Execute', body: '{}' };

    const foreign = await sendRequest({ ...sent, headers: { ...signed, host: 'evil.example' } });
    const own = await sendRequest({ ...sent, headers: { ...signed, host: `localhost:${port}` } });

    expect(foreign.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(own.headers['x-amzn-errortype']).not.toBe('AccessDeniedException');
  });

  it.each<[string, Partial<ExecuteStatementCommandInput>, string, string]>([
    [
      'names an unknown cluster',
      { resourceArn: 'arn:aws:rds:us-east-1:1:cluster:other' },
      'HttpEndpointNotEnabledException',
      'HttpEndpoint is not enabled for resource arn:aws:rds:us-east-1:1:cluster:other',
    ],
    [
      'names an unknown secret',
      { secretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:other' },
      'SecretsErrorException',
      "Secrets Manager can't find the specified secret.",
    ],
    [
      'names an unknown database',
      { database: 'other' },
      'DatabaseErrorException',
      'FATAL: database "other" does not exist; SQLState: 3D000',
    ],
    [
      'names no database',
      { database: undefined },
      'DatabaseErrorException',
      'FATAL: database "" does not exist; SQLState: 3D000',
    ],
    [
      'names a schema',
      { schema: 'public' },
      'ValidationException',
      "The schema parameter isn't supported",
    ],
    [
      'holds two statements',
      { sql: 'SELECT 1; SELECT 2' },
      'ValidationException',
      "Multistatements aren't supported.",
    ],
    [
      'names no secret',
      { secretArn: undefined },
      'ValidationException',
      "1 validation error detected: Value null at 'secretArn' failed to satisfy constraint: Member must not be null",
    ],
    [
      'has no statement',
      { sql: undefined },
      'ValidationException',
      "1 validation error detected: Value null at 'sql' failed to satisfy constraint: Member must not be null",
    ],
    [
      'copies to a client',
      { sql: 'COPY (SELECT 1) TO STDOUT' },
      'DatabaseErrorException',
      'execute: unexpected message: CopyOutResponse',
    ],
    [
      'has a syntax error',
      { sql: 'SELEC 1' },
      'DatabaseErrorException',
      'ERROR: syntax error at or near "SELEC"; Position: 1; SQLState: 42601',
    ],
  ])('a request is refused that %s', async (_, change, name, message) => {
    await expect(api.execute('SELECT 1', [], change)).rejects.toMatchObject({ name, message });
  });

  it('a statement may end with a semicolon, and may create a function', async () => {
    const body = 'BEGIN RETURN 1; END';
    await api.execute(`CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ ${body} $$;`);

    expect((await api.execute('SELECT one(); -- done')).records).toEqual([[{ longValue: 1 }]]);
  });

  it('a request that authorize denies is refused with its message', async () => {
    await expect(api.client.send(new BeginTransactionCommand(api.target))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'not you',
      $metadata: { httpStatusCode: 403 },
    });
    expect(authorized.at(-1)).toEqual({
      accessKeyId: 'AKIATEST',
      action: 'rds-data:BeginTransaction',
      resourceArn: api.server.clusterArn,
      secretArn: api.server.secretArn,
    });
  });

  it('an unsigned request and one that is signed for another service are refused', async () => {
    const other = { authorization: signed.authorization.replace('rds-data', 'sqs') };

    expect(await post('/Execute', '{}', {})).toEqual({
      status: 403,
      code: 'MissingAuthenticationTokenException',
      body: { message: 'Missing Authentication Token' },
    });
    expect(await post('/Execute', '{}', other)).toMatchObject({
      status: 403,
      code: 'IncompleteSignatureException',
    });
  });

  it.each([
    ['/Execute', 'no JSON', 400, 'SerializationException'],
    ['/Execute', '[]', 400, 'SerializationException'],
    ['/Execute', '{"resourceArn":1}', 400, 'SerializationException'],
    ['/ExecuteSql', '{}', 404, 'UnknownOperationException'],
    ['/', '{}', 404, 'UnknownOperationException'],
  ])('a request to %s with %s has the status %i', async (path, body, status, code) => {
    expect(await post(path, body)).toMatchObject({ status, code });
  });

  it('a request with an unknown enum value is refused', async () => {
    const body = JSON.stringify({ ...api.target, sql: 'SELECT 1', formatRecordsAs: 'XML' });

    expect(await post('/Execute', body)).toMatchObject({
      code: 'ValidationException',
      body: {
        message: expect.stringContaining('Member must satisfy enum value set: [NONE, JSON]'),
      },
    });
  });
});
