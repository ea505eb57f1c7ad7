/** `apigateway:invoke` against a real server. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import { ApiGatewayInvoker } from '../../../lib/drivers/http/api-gateway-invoker.ts';
import { CallTargets } from '../../../lib/drivers/http/call-targets.ts';
import type { Invocation } from '../../../lib/ports/task-invoker.ts';
import { createInvocation } from '../../support/invocation.ts';
import { type SeenRequest, type ServedAnswer, serveLocally } from '../../support/local-server.ts';

const resource = 'arn:aws:states:::apigateway:invoke';

async function openGateway(answer: (request: SeenRequest) => ServedAnswer) {
  const { url, seen } = await serveLocally(answer);
  const privateHosts = new Set(['127.0.0.1']);
  const targets = new CallTargets({ insecureHosts: new Set(), privateHosts });
  const invoker = new ApiGatewayInvoker({ targets, bytesMax: 1_000 });
  const standard = { ApiEndpoint: new URL(url).host, Method: 'POST', Stage: 'dev', Path: '/bills' };
  const call = (parameters: JsonObject, more: Partial<Invocation> = {}) =>
    invoker.invoke(
      createInvocation({ resource, parameters: { ...standard, ...parameters }, ...more }),
    );
  return { call, seen, invoker };
}

describe('apigateway:invoke', () => {
  it('apigateway:invoke calls stage and path, omits nulls from the body, and returns the response', async () => {
    const headers = { 'content-type': 'application/json' };
    const { call, seen } = await openGateway(() => ({ headers, body: '"HelloWorld"' }));
    const RequestBody = { pet: { type: 'turtle', category: null } };

    const answer = await call({ RequestBody, QueryParameters: { id: ['1', '2'] } });
    await call({ RequestBody, AllowNullValues: true });

    expect(answer).toMatchObject({
      ok: true,
      result: {
        Headers: { 'content-type': ['application/json'] },
        ResponseBody: 'HelloWorld',
        StatusCode: 200,
        StatusText: 'OK',
      },
    });
    expect(seen).toMatchObject([
      { url: '/dev/bills?id=1&id=2', body: '{"pet":{"type":"turtle"}}' },
      { url: '/dev/bills', body: '{"pet":{"type":"turtle","category":null}}' },
    ]);
  });

  it('apigateway:invoke fails with the status of the response and its body as the cause', async () => {
    const body = { message: 'Missing Authentication Token' };
    const { call } = await openGateway(() => ({ status: 403, body }));

    expect(await call({})).toEqual({
      ok: false,
      error: 'ApiGateway.403',
      cause: JSON.stringify(body),
    });
  });

  it('apigateway:invoke with a task token submits the response and has no result yet', async () => {
    const { call } = await openGateway(() => ({ body: 'later' }));

    const answer = await call({}, { pattern: 'token' });

    expect(answer).toMatchObject({ ok: true, submitted: { ResponseBody: 'later' } });
  });

  it('apigateway:invoke with IAM is refused, both beforehand and when it is called', async () => {
    const { call, seen, invoker } = await openGateway(() => ({}));
    const parameters = { AuthType: 'IAM_ROLE' };

    expect(invoker.findRefusal({ resource, parameters })).toContain('only AuthType NO_AUTH');
    expect(await call(parameters)).toMatchObject({ error: 'Millrace.UnknownHandler' });
    expect(seen).toEqual([]);
  });

  it('apigateway:invoke calls no private address that the configuration does not name', async () => {
    const { call, seen } = await openGateway(() => ({}));

    const answer = await call({ ApiEndpoint: 'localhost:8080' });

    expect(answer).toMatchObject({ ok: false, error: 'States.Runtime' });
    expect(seen).toEqual([]);
  });
});
