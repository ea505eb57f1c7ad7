/** A name server on loopback that answers every question for an IPv4 address. */
import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

export interface NameServer {
  /** `127.0.0.1:port` */
  readonly place: string;
  /** The number of questions so far. */
  readonly asked: number;
}

/**
 * Starts a name server that closes with the test.
 * @param answer returns the addresses of a name, given how many questions were asked so far
 */
export async function serveNames(
  answer: (asked: number) => readonly string[],
): Promise<NameServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    asked += 1;
    socket.send(toReply(question, answer(asked)), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  const place = `127.0.0.1:${socket.address().port}`;
  return {
    place,
    get asked() {
      return asked;
    },
  };
}

/** Returns the question with the flags of an answer, and one record for each address. */
function toReply(question: Buffer, addresses: readonly string[]): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(addresses.length, 6);
  // No additional records, whatever the question brings.
  head.writeUInt32BE(0, 8);
  const records = addresses.map((address) =>
    // The name by a pointer to the question, type A, class IN, no time to live, four bytes.
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, ...records]);
}
