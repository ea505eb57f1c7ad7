/** Runs the functions of CloudFront. */
import { createContext, runInContext } from 'node:vm';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** A request of a viewer, as functions of CloudFront see and change it. */
export interface EdgeRequest {
  readonly method: string;
  /** The path without the query. */
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Time that a function may take, in milliseconds; CloudFront stops it much earlier. */
const timeoutMs = 10_000;

/**
 * Runs the code of an `AWS::CloudFront::Function` on a viewer's request, alone in a context of its
 * own as CloudFront does. Returns the request that it passes on.
 */
export function runEdgeFunction(code: string, request: EdgeRequest): EdgeRequest {
  const { method, uri, headers } = request;
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    request: {
      method,
      uri,
      querystring: {},
      cookies: {},
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, { value }]),
      ),
    },
  };
  const context = createContext({ text: JSON.stringify(event) });
  const script = `${code}\nJSON.stringify(handler(JSON.parse(text)));`;
  const passed: unknown = JSON.parse(String(runInContext(script, context, { timeout: timeoutMs })));
  if (!isObject(passed)) throw new Error('the function of CloudFront passed no request on');
  return { method, uri: String(passed.uri), headers: readHeaders(passed.headers) };
}

function readHeaders(headers: unknown): Record<string, string> {
  const found: JsonObject = isObject(headers) ? headers : {};
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, header]) =>
      isObject(header) ? [[name, String(header.value)]] : [],
    ),
  );
}
