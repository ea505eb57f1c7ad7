/** A proxy of an SQS server that responds to some calls itself, with failures of SQS. */
import { type ServedAnswer, serveLocally } from './local-server.ts';

/** A call in SQS's protocol. */
export interface SqsCall {
  /** `SendMessageBatch` … */
  readonly action: string;
  readonly request: {
    readonly QueueUrl?: string;
    readonly Entries?: readonly Readonly<Record<string, unknown>>[];
    readonly [member: string]: unknown;
  };
  /** Sends this request to the server instead; returns its response. */
  pass(request: object): Promise<Readonly<Record<string, unknown>>>;
}

/** Returns the result of a call, a failure, or null to pass the call on. */
export type Intercept = (
  call: SqsCall,
) => object | SqsFailure | null | Promise<object | SqsFailure | null>;

/** An error response of SQS. */
export class SqsFailure {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    this.code = code;
    this.status = status;
  }
}

/** Starts a proxy of the server at `address`, which closes with the test; returns its URL. */
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
    const result = await intercept({
      action: target.slice(target.indexOf('.') + 1),
      request: JSON.parse(body),
      pass: async (request) => JSON.parse(await (await post(JSON.stringify(request))).text()),
    });
    if (result === null) {
      const reply = await post(body).catch(() => null);
      if (reply === null) return { status: 502 };
      return { status: reply.status, headers: toHeaders(reply), body: await reply.text() };
    }
    if (!(result instanceof SqsFailure)) return { body: result };
    return {
      status: result.status,
      body: { __type: result.code, message: `it is ${result.code}` },
    };
  });
  return url;
}

function toHeaders(reply: Response): Record<string, string> {
  const query = reply.headers.get('x-amzn-query-error');
  return query === null ? {} : { 'x-amzn-query-error': query };
}
