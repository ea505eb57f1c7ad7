/**
 * A client of Step Functions' protocol that costs next to nothing: the SDK's own takes longer for a
 * request than the endpoint does, on the same two cores. It signs nothing.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection that stays open, with at most one request on its way. */
export class LeanConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer[] = [];
  #length = 0;
  /** Where the body of the answer ends; null until its head is there. */
  #end: number | null = null;
  #waiting: PromiseWithResolvers<Buffer> | null = null;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('close', () => this.#waiting?.reject(new Error('the endpoint closed a connection')));
    // Followed by close.
    socket.on('error', () => {});
  }

  static async open(url: string): Promise<LeanConnection> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new LeanConnection(socket, host);
  }

  /** Calls an operation. Returns the body; throws with it unless the status is 200. */
  async call(operation: string, body: string): Promise<string> {
    const answered = Promise.withResolvers<Buffer>();
    this.#waiting = answered;
    this.#socket.write(
      `POST / HTTP/1.1\r\nhost: ${this.#host}\r\n` +
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

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    this.#end ??= this.#findEnd();
    if (this.#end === null || this.#length < this.#end) return;
    const whole = Buffer.concat(this.#received);
    this.#received = [];
    this.#length = 0;
    this.#end = null;
    this.#waiting?.resolve(whole);
  }

  #findEnd(): number | null {
    const [first] = this.#received;
    const head =
      this.#received.length === 1 && first !== undefined ? first : Buffer.concat(this.#received);
    const bodyAt = head.indexOf('\r\n\r\n');
    if (bodyAt === -1) return null;
    const length = /\r\ncontent-length: (\d+)/i.exec(head.toString('latin1', 0, bodyAt));
    return bodyAt + 4 + Number(length?.[1] ?? 0);
  }
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
