import { chooseCoding, compress } from '../../server/http/compression.ts';
import { securityHeaders } from '../../server/http/security-headers.ts';
import type { UrlResult } from './url-exchange.ts';

/** Answers below this size are sent as they are, in bytes. */
const compressedFrom = 1_024;

/** Returns the result of a response to a browser, with the headers that every answer has. */
export async function hostedResult(response: Response, acceptEncoding: string): Promise<UrlResult> {
  const { 'set-cookie': _, ...headers } = Object.fromEntries(response.headers);
  const bytes = Buffer.from(await response.arrayBuffer());
  const coding = bytes.length < compressedFrom ? 'identity' : chooseCoding(acceptEncoding);
  const cookies = response.headers.getSetCookie();
  const isPacked = coding !== 'identity';
  return {
    statusCode: response.status,
    headers: {
      ...headers,
      ...securityHeaders,
      ...(isPacked && { 'content-encoding': coding, vary: 'accept-encoding' }),
    },
    ...(cookies.length > 0 && { cookies }),
    body: isPacked
      ? (await compress(bytes, coding, 'quick')).toString('base64')
      : bytes.toString('utf8'),
    isBase64Encoded: isPacked,
  };
}
