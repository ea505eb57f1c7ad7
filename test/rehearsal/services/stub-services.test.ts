/** The stubs of STS and CloudWatch, in their protocol of forms and XML. */
import { describe, expect, it } from 'vitest';
import { monitoringService, stsService } from '../../../rehearsal/services/stub-services.ts';
import { allow } from '../../support/access.ts';
import { openAwsProxy } from '../../support/aws-proxy-harness.ts';

/** Posts a form that the worker has signed for a service. */
async function post(statements: object[], service: string, form: Record<string, string>) {
  const backends = { sts: stsService, monitoring: monitoringService };
  const { proxy } = await openAwsProxy({
    statements: statements.map((each) => ({ ...each })),
    backends,
  });
  const scope = `WORKER/20261124/us-east-1/${service}/aws4_request`;
  const answer = await fetch(proxy.url, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, Signature=0` },
    body: new URLSearchParams(form),
  });
  return { status: answer.status, text: await answer.text() };
}

describe('STS', () => {
  it('STS returns the identity of a caller without permissions', async () => {
    const { status, text } = await post([], 'sts', { Action: 'GetCallerIdentity' });

    expect(status).toBe(200);
    expect(text).toContain('<Arn>arn:aws:sts::000000000000:assumed-role/worker/worker</Arn>');
  });

  it('STS refuses other operations in XML', async () => {
    const { status, text } = await post([], 'sts', { Action: 'AssumeRole' });

    expect(status).toBe(404);
    expect(text).toContain('<Code>UnknownOperationException</Code>');
  });
});

describe('CloudWatch', () => {
  const metric = { Action: 'PutMetricData', Namespace: 'Millrace' };
  const only = (namespace: string) =>
    allow('cloudwatch:PutMetricData', '*', {
      Condition: { StringEquals: { 'cloudwatch:namespace': namespace } },
    });

  it('CloudWatch accepts metrics of a namespace that the role may write', async () => {
    expect((await post([only('Millrace')], 'monitoring', metric)).status).toBe(200);
    expect(await post([only('Other')], 'monitoring', metric)).toMatchObject({
      status: 403,
      text: expect.stringContaining('<Code>AccessDeniedException</Code>'),
    });
  });
});
