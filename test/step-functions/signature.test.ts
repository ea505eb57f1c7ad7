/** Signatures, as the SDK for JavaScript makes them, and what is wrong with others. */
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { AccessKey } from '../../lib/step-functions/access-keys.ts';
import type { ServiceRequest } from '../../lib/step-functions/protocol.ts';
import { checkSignature } from '../../lib/step-functions/signature.ts';
import type { SdkCall } from './open-endpoint.ts';
import { refusedBy } from './refused-by.ts';
import { serviceRequest } from './service-request.ts';

const key: AccessKey = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret/of+the=key',
  name: 'deployer',
  readOnly: false,
};
const keys = new Map([[key.accessKeyId, key]]);
const any = { keys, region: null };

/** Signs a request with the SDK, and returns it instead of sending it. */
async function signedRequest(
  credentials: object = key,
  region = 'us-east-1',
): Promise<ServiceRequest> {
  const sent = Promise.withResolvers<ServiceRequest>();
  const client = new SFNClient({
    region,
    endpoint: 'http://127.0.0.1:8083',
    credentials: credentials as AccessKey,
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, path, headers, body = '' }: SdkCall) => {
        sent.resolve(serviceRequest({ method, target: path, headers, body }));
        throw new Error('nothing is sent');
      },
    },
  });
  await client.send(new ListStateMachinesCommand({ maxResults: 7 })).catch(() => {});
  return await sent.promise;
}

function withHeader(request: ServiceRequest, name: string, value: string): ServiceRequest {
  const headers = Object.fromEntries(pairsOf(request.rawHeaders));
  return serviceRequest({ ...request, headers: { ...headers, [name]: value } });
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  );
}

describe('a signature', () => {
  it('a signature of the SDK is good, with a session token and for any region', async () => {
    const session = { ...key, sessionToken: 'session' };

    for (const request of [
      await signedRequest(),
      await signedRequest(session),
      await signedRequest(key, 'eu-central-1'),
    ]) {
      expect(checkSignature(request, any, Date.now())).toBe(key);
    }
  });

  it('a request for another region is refused when the region is strict', async () => {
    const strict = { keys, region: 'us-east-1' };

    const [own, other] = [await signedRequest(), await signedRequest(key, 'eu-central-1')];

    expect(checkSignature(own, strict, Date.now())).toBe(key);
    expect(refusedBy(() => checkSignature(other, strict, Date.now()))).toBe(
      "InvalidSignatureException: Credential should be scoped to a valid region: 'us-east-1'.",
    );
  });

  it('an unknown key and a wrong secret are different errors, as at AWS', async () => {
    const unknown = await signedRequest({ ...key, accessKeyId: 'AKIDOTHER' });
    const wrong = await signedRequest({ ...key, secretAccessKey: 'other' });

    expect(refusedBy(() => checkSignature(unknown, any, Date.now()))).toBe(
      'UnrecognizedClientException: The security token included in the request is invalid.',
    );
    expect(refusedBy(() => checkSignature(wrong, any, Date.now()))).toMatch(
      /^InvalidSignatureException: The request signature we calculated does not match/,
    );
  });

  it('a body, a signed header or a path that was changed after signing is noticed', async () => {
    const request = await signedRequest();
    const changed = [
      { ...request, body: Buffer.from('{"maxResults":8}') },
      withHeader(request, 'host', 'example.com'),
      withHeader(request, 'x-amz-target', 'AWSStepFunctions.DeleteStateMachine'),
      { ...request, target: '/?a=b' },
      { ...request, method: 'PUT' },
    ];

    for (const each of changed) {
      expect(refusedBy(() => checkSignature(each, any, Date.now()))).toMatch(
        /^InvalidSignatureException: /,
      );
    }
  });

  it('a clock that is more than five minutes off is refused with both times', async () => {
    const request = await signedRequest();
    const minuteMs = 60_000;
    const now = Date.now();

    expect(checkSignature(request, any, now + 4 * minuteMs)).toBe(key);
    expect(checkSignature(request, any, now - 4 * minuteMs)).toBe(key);
    expect(refusedBy(() => checkSignature(request, any, now + 6 * minuteMs))).toMatch(
      /^InvalidSignatureException: Signature expired: \w{16} is now earlier than \w{16} \(\w{16} - 5 min\.\)$/,
    );
    expect(refusedBy(() => checkSignature(request, any, now - 6 * minuteMs))).toMatch(
      /^InvalidSignatureException: Signature not yet current: \w{16} is still later than \w{16} \(\w{16} \+ 5 min\.\)$/,
    );
  });

  it('a request without a signature, or with a part of one, says what is missing', async () => {
    const request = await signedRequest();
    const check = (header: string) =>
      refusedBy(() =>
        checkSignature(withHeader(request, 'authorization', header), any, Date.now()),
      );
    const credential = 'Credential=AKIDEXAMPLE/20300102/us-east-1/states/aws4_request';

    expect(check('')).toBe('MissingAuthenticationTokenException: Missing Authentication Token');
    expect(check('Bearer x')).toMatch(/^IncompleteSignatureException: .*AWS4-HMAC-SHA256/);
    expect(check(`AWS4-HMAC-SHA256 ${credential}`)).toBe(
      "IncompleteSignatureException: Authorization header requires 'SignedHeaders' parameter. " +
        "Authorization header requires 'Signature' parameter.",
    );
    expect(check(`AWS4-HMAC-SHA256 ${credential}, SignedHeaders=x-amz-date, Signature=0`)).toBe(
      "IncompleteSignatureException: 'host' must be one of the signed headers.",
    );
    expect(
      check('AWS4-HMAC-SHA256 Credential=AKID, SignedHeaders=host;x-amz-date, Signature=0'),
    ).toMatch(/^IncompleteSignatureException: Credential must have exactly 5/);
  });

  it('a presigned URL is refused', async () => {
    const request = { ...(await signedRequest()), target: '/?X-Amz-Signature=00' };

    expect(refusedBy(() => checkSignature(request, any, Date.now()))).toMatch(
      /^IncompleteSignatureException: Presigned requests are not supported/,
    );
  });
});
