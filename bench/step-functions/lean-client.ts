/**
 * A client of Step Functions' protocol that costs next to nothing: the SDK's own takes longer for a
 * request than the endpoint does, on the same two cores. Its signatures are wrong: only moto asks
 * for one, to see the region and the service.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const authorization =
  'AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/states/aws4_request, ' +
  'SignedHeaders=host;x-amz-date, Signature=00';

/**
 * One connection, with at most one request on its way. It stays open, unless the server closes it
 * after each answer: then the next call opens another one.
 */
export class LeanConnection {
  readonly #url: URL;
  #socket: Socket;
  #isClosing = false;
  #received: Buffer[] = [];
  #length = 0;
  /** Where the body of the answer ends; null until its head is there. */
  #end: number | null = null;
  #waiting: PromiseWithResolvers<Buffer> | null = null;

  private constructor(url: URL, socket: Socket) {
    this.#url = url;
    this.#socket = socket;
    this.#listen(socket);
  }

  static async open(url: string): Promise<LeanConnection> {
    const parsed = new URL(url);
    return new LeanConnection(parsed, await openSocket(parsed));
  }

  /** Calls an operation. Returns the body; throws with it unless the status is 200. */
  async call(operation: string, body: string): Promise<string> {
    if (this.#isClosing) await this.#reopen();
    const answered = Promise.withResolvers<Buffer>();
    this.#waiting = answered;
    this.#socket.write(
      `POST / HTTP/1.1\r\nhost: ${this.#url.host}\r\n` +
        `authorization: ${authorization}\r\n` +
        'content-type: application/x-amz-json-1.0\r\n' +
        `x-amz-target: AWSStepFunctions.${operation}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const answer = await answered.promise;
    const text = answer.toString('utf8', answer.indexOf('\r\n\r\n') + 4);
    if (answer.toString('latin1', 9, 12) === '200') return text;
    throw new Error(`${operation} was answered ${answer.toString('latin1', 9, 12)}: ${text}`);
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  async #reopen(): Promise<void> {
    this.#socket.destroy();
    this.#socket = await openSocket(this.#url);
    this.#isClosing = false;
    this.#listen(this.#socket);
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      this.#waiting?.reject(new Error('the endpoint closed a connection'));
    });
    // Followed by close.
    socket.on('error', () => {});
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    this.#end ??= this.#findEnd();
    if (this.#end === null || this.#length < this.#end) return;
    const whole = Buffer.concat(this.#received);
    this.#received = [];
    this.#length = 0;
    this.#end = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(whole);
  }

  #findEnd(): number | null {
    const [first] = this.#received;
    const head =
      this.#received.length === 1 && first !== undefined ? first : Buffer.concat(this.#received);
    const bodyAt = head.indexOf('\r\n\r\n');
    if (bodyAt === -1) return null;
    const text = head.toString('latin1', 0, bodyAt);
    this.#isClosing = /\r\nconnection: close/i.test(text);
    const length = /\r\ncontent-length: (\d+)/i.exec(text);
    return bodyAt + 4 + Number(length?.[1] ?? 0);
  }
}

async function openSocket({ hostname, port }: URL): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Calls that connections repeat at the same time. */
export interface RepeatedCalls {
  readonly operation: string;
  /** Returns the body of a call. @param index 0, 1, 2, … over all connections */
  readonly bodyOf: (index: number) => string;
  /** Gets the body of each answer. */
  readonly onAnswer?: (body: string) => void;
}

/** Calls over all connections for `seconds`. Returns the calls a second. */
export async function callFor(
  connections: readonly LeanConnection[],
  seconds: number,
  { operation, bodyOf, onAnswer = () => {} }: RepeatedCalls,
): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  let calls = 0;
  const callInTurn = async (connection: LeanConnection) => {
    while (performance.now() < until) {
      const index = calls;
      calls += 1;
      onAnswer(await connection.call(operation, bodyOf(index)));
    }
  };
  await Promise.all(connections.map(callInTurn));
  return (calls * 1_000) / (performance.now() - startedAt);
}
