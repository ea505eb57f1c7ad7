/** Signature Version 4 in the Authorization header, checked over exactly what was signed. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AccessKey } from './access-keys.ts';
import type { ServiceRequest } from './protocol.ts';
import { ServiceError } from './service-error.ts';
import { protocolLimits } from './step-functions-limits.ts';

/** What a signature is checked against. */
export interface SignaturePolicy {
  readonly keys: ReadonlyMap<string, AccessKey>;
  /** The region that requests must be signed for; null for any. */
  readonly region: string | null;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly end: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * Returns the key that has signed a request.
 * @throws MissingAuthenticationTokenException, IncompleteSignatureException,
 *   UnrecognizedClientException, InvalidSignatureException
 */
export function checkSignature(
  request: ServiceRequest,
  { keys, region }: SignaturePolicy,
  now: number,
): AccessKey {
  refusePresigned(request.target);
  const given = readAuthorization(request.header('authorization'));
  const time = readTime(request, given);
  const key = keys.get(given.accessKeyId);
  if (key === undefined) {
    throw new ServiceError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  checkScope(given, time, region);
  checkSkew(time, now);
  const expected = sign(request, given, time, key.secretAccessKey);
  const found = Buffer.from(given.signature, 'hex');
  if (found.length === expected.length && timingSafeEqual(found, expected)) return key;
  throw invalid(
    'The request signature we calculated does not match the signature you provided. Check your ' +
      'AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

function refusePresigned(target: string): void {
  if (!/[?&]X-Amz-(?:Algorithm|Signature|Credential)=/i.test(target)) return;
  throw incomplete('Presigned requests are not supported: sign the Authorization header.');
}

const credentialPattern =
  /^([\w+/=.@-]{1,128})\/(\d{8})\/([\w-]{1,64})\/([\w-]{1,64})\/([\w-]{1,64})$/;

function readAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === '') {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  if (!header.startsWith(`${algorithm} `)) {
    throw incomplete(`Authorization header requires the algorithm '${algorithm}'.`);
  }
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map((part) => part.trim())
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        return [part.slice(0, at), part.slice(at + 1)];
      }),
  );
  const missing = ['Credential', 'SignedHeaders', 'Signature'].filter((name) => !parts.get(name));
  if (missing.length > 0) {
    throw incomplete(
      missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' '),
    );
  }
  const [, accessKeyId = '', day = '', region = '', service = '', end = ''] =
    credentialPattern.exec(parts.get('Credential') ?? '') ?? [];
  if (accessKeyId === '') {
    throw incomplete(
      "Credential must have exactly 5 slash-delimited elements: 'KEY/DATE/REGION/SERVICE/aws4_request'.",
    );
  }
  return {
    accessKeyId,
    day,
    region,
    service,
    end,
    signedHeaders: (parts.get('SignedHeaders') ?? '').split(';'),
    signature: parts.get('Signature') ?? '',
  };
}

function readTime(request: ServiceRequest, { signedHeaders }: Authorization): string {
  for (const name of ['host', 'x-amz-date']) {
    if (!signedHeaders.includes(name)) {
      throw incomplete(`'${name}' must be one of the signed headers.`);
    }
  }
  const time = request.header('x-amz-date') ?? '';
  if (/^\d{8}T\d{6}Z$/.test(time)) return time;
  throw incomplete("'x-amz-date' must be a time such as 20300102T030405Z.");
}

function checkScope(
  { day, region, service, end }: Authorization,
  time: string,
  wanted: string | null,
): void {
  if (day !== time.slice(0, 8)) {
    throw invalid(`Credential should be scoped to the day of the request: '${time.slice(0, 8)}'.`);
  }
  if (service !== 'states') {
    throw invalid("Credential should be scoped to correct service: 'states'.");
  }
  if (end !== 'aws4_request') {
    throw invalid("Credential should be scoped with a valid terminator: 'aws4_request'.");
  }
  if (wanted !== null && region !== wanted) {
    throw invalid(`Credential should be scoped to a valid region: '${wanted}'.`);
  }
}

/** Both messages name both times: clients correct their clocks by the header `date`. */
function checkSkew(time: string, now: number): void {
  const at = parseTime(time);
  const { skewMsMax } = protocolLimits;
  const minutes = skewMsMax / 60_000;
  if (!(at >= now - skewMsMax)) {
    const limit = formatTime(now - skewMsMax);
    throw invalid(
      `Signature expired: ${time} is now earlier than ${limit} (${formatTime(now)} - ${minutes} min.)`,
    );
  }
  if (at > now + skewMsMax) {
    const limit = formatTime(now + skewMsMax);
    throw invalid(
      `Signature not yet current: ${time} is still later than ${limit} (${formatTime(now)} + ${minutes} min.)`,
    );
  }
}

function parseTime(time: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}

function sign(
  request: ServiceRequest,
  { day, region, service, end, signedHeaders }: Authorization,
  time: string,
  secret: string,
): Buffer {
  const canonical = canonicalRequest(request, signedHeaders);
  const scope = `${day}/${region}/${service}/${end}`;
  const toSign = [algorithm, time, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, end].reduce<Buffer | string>(hmac, `AWS4${secret}`);
  return hmac(key, toSign);
}

function canonicalRequest(request: ServiceRequest, signedHeaders: readonly string[]): string {
  const values = headerValues(request.rawHeaders);
  const lines = signedHeaders.map((name) => `${name}:${values.get(name)?.join(',') ?? ''}\n`);
  const payload = sha256(request.body);
  const named = request.header('x-amz-content-sha256');
  if (named !== undefined && named !== payload) {
    throw invalid("The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const [path = '/', query = ''] = request.target.split('?', 2);
  const sorted = query === '' ? '' : query.split('&').sort().join('&');
  return [request.method, path, sorted, lines.join(''), signedHeaders.join(';'), payload].join(
    '\n',
  );
}

/** The values of each header in the order in which they were sent, with single spaces. */
function headerValues(rawHeaders: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = (rawHeaders[index + 1] ?? '').trim().replace(/ +/g, ' ');
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function incomplete(message: string): ServiceError {
  return new ServiceError('IncompleteSignatureException', message);
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidSignatureException', message);
}
