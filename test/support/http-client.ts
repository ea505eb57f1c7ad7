/** Requests over real sockets, with every header as a test gives it. */
import { type IncomingHttpHeaders, type IncomingMessage, request as sendPlain } from 'node:http';
import { request as sendTls } from 'node:https';

/** A request; the host header is that of the address unless it is given. */
export interface SentRequest {
  readonly port: number;
  /** @default GET */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default none */
  readonly body?: string | Buffer;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** The certificate to trust. @default plain HTTP */
  readonly ca?: string;
}

/** An answer. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test checks what it reads of a document
  readonly json: any;
}

/** Sends a request and reads its answer to the end. */
export async function sendRequest(request: SentRequest): Promise<ReceivedAnswer> {
  const message = await openRequest(request);
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    bytes,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

/** Sends a request and returns as soon as the head of its answer is there. */
export function openRequest(request: SentRequest): Promise<IncomingMessage> {
  const { port, path, host = '127.0.0.1', method = 'GET', headers = {}, body, ca } = request;
  const options = { port, path, host, method, headers, agent: false } as const;
  return new Promise((resolve, reject) => {
    const sending =
      ca === undefined
        ? sendPlain(options, resolve)
        : sendTls({ ...options, ca, servername: 'localhost' }, resolve);
    sending.on('error', reject);
    sending.end(body);
  });
}

/** An event of a stream. */
export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test checks what it reads of a document
  readonly data: any;
}

/** Reads the events of a stream as they arrive; ends with the stream. */
export async function* readEvents(message: IncomingMessage): AsyncGenerator<ReceivedEvent> {
  let rest = '';
  for await (const chunk of message) {
    rest += String(chunk);
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => {
          const colon = line.indexOf(': ');
          return [line.slice(0, colon), line.slice(colon + 2)] as const;
        }),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      const { id = '', event = '' } = Object.fromEntries(fields);
      yield { id, event, data: JSON.parse(data) };
    }
  }
}
