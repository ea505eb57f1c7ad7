/** The protocol: what a request must be, and what every answer is. */
import { describe, expect, it } from 'vitest';
import { openEndpoint } from './open-endpoint.ts';
import { operationRequest, serviceRequest } from './service-request.ts';

const target = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' };

describe('a request', () => {
  it('an answer carries the content type and the id of its request', async () => {
    const { endpoint } = await openEndpoint();

    const answer = await endpoint.respond(operationRequest('ListStateMachines', {}));

    expect(answer).toEqual({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'request-1' },
      body: '{"stateMachines":[]}',
    });
  });

  it.each([
    ['application/x-amz-json-1.0'],
    ['application/x-amz-json-1.1'],
    ['application/x-amz-json-1.0; charset=utf-8'],
  ])('the content type %s is accepted', async (type) => {
    const { endpoint } = await openEndpoint();

    const request = serviceRequest({ headers: { ...target, 'content-type': type }, body: '{}' });

    expect((await endpoint.respond(request)).status).toBe(200);
  });

  it.each([
    [
      'an unknown operation',
      { 'x-amz-target': 'AWSStepFunctions.Explode' },
      '{}',
      'UnknownOperationException',
    ],
    [
      'another service',
      { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      '{}',
      'UnknownOperationException',
    ],
    ['no operation', { 'content-type': 'application/cbor' }, '{}', 'UnknownOperationException'],
    [
      'a form',
      { ...target, 'content-type': 'application/x-www-form-urlencoded' },
      'a=b',
      'SerializationException',
    ],
    ['a broken document', target, '{"a":', 'SerializationException'],
    [
      'a document in another encoding',
      target,
      Buffer.from([0x7b, 0xff, 0x7d]),
      'SerializationException',
    ],
    ['a document that is no object', target, '[]', 'SerializationException'],
  ])('%s is refused with 400 and a message', async (_, headers, body, type) => {
    const { endpoint } = await openEndpoint();

    const answer = await endpoint.respond(serviceRequest({ headers, body }));

    expect(answer).toMatchObject({ status: 400, headers: { 'x-amzn-errortype': type } });
    expect(JSON.parse(answer.body)).toEqual({ __type: type, message: expect.any(String) });
  });

  it('a GET of the root says what is served, and any other path is 404 in the same form', async () => {
    const { endpoint } = await openEndpoint();

    const greeting = await endpoint.respond(serviceRequest({ method: 'GET' }));
    const elsewhere = await endpoint.respond(
      serviceRequest({ method: 'GET', target: '/v1/batches' }),
    );
    const deletion = await endpoint.respond(serviceRequest({ method: 'DELETE' }));

    expect(greeting).toMatchObject({ status: 200, body: expect.stringMatching(/^Millrace.*\n$/) });
    for (const answer of [elsewhere, deletion]) {
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.body)).toMatchObject({ __type: 'NotFoundException' });
    }
  });

  it('an error of the program discloses only the id of its request', async () => {
    const { app, call } = await openEndpoint();
    app.drivers.store.listStateMachines = async () => {
      throw new TypeError('secret at /home/someone/file.ts:7');
    };

    const answer = await call('ListStateMachines');

    expect(answer).toMatchObject({ status: 500, body: { __type: 'InternalFailure' } });
    expect(JSON.stringify(answer)).not.toMatch(/secret|someone/);
  });
});

describe('a page of a browser', () => {
  const origin = 'http://localhost:3000';
  const ask = (from: string) =>
    operationRequest('ListStateMachines', {}, { headers: { origin: from } });

  it('a page of another site is refused, with a signature or without', async () => {
    const { endpoint } = await openEndpoint();

    const answer = await endpoint.respond(ask('https://example.com'));

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'AccessDeniedException' });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('an allowed page may call, and read the id of the request', async () => {
    const { endpoint } = await openEndpoint({ origins: [origin] });

    const preflight = await endpoint.respond(
      serviceRequest({ method: 'OPTIONS', headers: { origin } }),
    );
    const answer = await endpoint.respond(ask(origin));

    expect(preflight).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-headers': expect.stringContaining('x-amz-target'),
      },
    });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': expect.stringContaining('x-amzn-requestid'),
      },
    });
  });

  it('a preflight of a page that is not allowed has no answer', async () => {
    const { endpoint } = await openEndpoint({ origins: [origin] });

    const request = serviceRequest({ method: 'OPTIONS', headers: { origin: 'http://other' } });

    expect((await endpoint.respond(request)).status).toBe(404);
  });
});
