/**
 * A server before an SQS server that answers some calls itself: failures that SQS has on its bad
 * days. Everything else goes through.
 */
import { type ServedAnswer, serveLocally } from './local-server.ts';

/** A call, as SQS's protocol says it. */
export interface SqsCall {
  /** `SendMessageBatch` … */
  readonly action: string;
  readonly request: {
    readonly QueueUrl?: string;
    readonly Entries?: readonly Readonly<Record<string, unknown>>[];
    readonly [member: string]: unknown;
  };
  /** Asks the server behind with this request instead; what it answered. */
  pass(request: object): Promise<Readonly<Record<string, unknown>>>;
}

/** What a call is answered: an object as its result, a failure, or nothing to let it through. */
export type Intercept = (
  call: SqsCall,
) => object | SqsFailure | null | Promise<object | SqsFailure | null>;

/** An error of SQS's. */
export class SqsFailure {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    this.code = code;
    this.status = status;
  }
}

/** The URL of a server before the one at `address`; it closes with the test. */
export async function sqsProxy(address: string, intercept: Intercept): Promise<string> {
  const { url } = await serveLocally(async ({ headers, body }): Promise<ServedAnswer> => {
    const target = String(headers['x-amz-target']);
    const post = (text: string) =>
      fetch(address, {
        method: 'POST',
        headers: {
          'x-amz-target': target,
          'content-type': 'application/x-amz-json-1.0',
          authorization: String(headers.authorization),
        },
        body: text,
      });
    const own = await intercept({
      action: target.slice(target.indexOf('.') + 1),
      request: JSON.parse(body),
      pass: async (request) => JSON.parse(await (await post(JSON.stringify(request))).text()),
    });
    if (own === null) {
      const reply = await post(body).catch(() => null);
      if (reply === null) return { status: 502 };
      return { status: reply.status, headers: headersOf(reply), body: await reply.text() };
    }
    if (!(own instanceof SqsFailure)) return { body: own };
    return { status: own.status, body: { __type: own.code, message: `it is ${own.code}` } };
  });
  return url;
}

function headersOf(reply: Response): Record<string, string> {
  const query = reply.headers.get('x-amzn-query-error');
  return query === null ? {} : { 'x-amzn-query-error': query };
}
