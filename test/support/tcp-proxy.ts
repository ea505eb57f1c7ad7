/** A TCP proxy in front of a server, whose connections a test cuts, silences or leads elsewhere. */
import { connect, createServer, type Socket } from 'node:net';

/** A proxy that listens on a free port of loopback. */
export interface TcpProxy {
  readonly port: number;
  /** Number of connections that were accepted so far. */
  readonly accepted: number;
  /** Leads new connections to another port; the present ones stay where they are. */
  target(port: number): void;
  /**
   * Makes all present connections half-open: they swallow what they are sent, and never answer or
   * close. New ones work.
   */
  silence(): void;
  /** Does the same to every new connection, until it is called with false. */
  silenceNew(isSilent: boolean): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isSilent: boolean;
}

/** Starts a proxy to a port of loopback; the caller must close it. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let target = targetPort;
  let accepted = 0;
  let isSilentAtOnce = false;
  const listener = createServer((client) => {
    accepted += 1;
    const server = connect(target, '127.0.0.1');
    const pair: Pair = { client, server, isSilent: false };
    pairs.add(pair);
    client.on('data', (data) => pair.isSilent || server.write(data));
    server.on('data', (data) => pair.isSilent || client.write(data));
    const end = () => {
      if (pair.isSilent) return;
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    if (isSilentAtOnce) silencePair(pair);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get accepted() {
      return accepted;
    },
    target: (port) => {
      target = port;
    },
    silence: () => pairs.forEach(silencePair),
    silenceNew: (isSilent) => {
      isSilentAtOnce = isSilent;
    },
    close: async () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** The server sees that the connection is gone; the client does not. */
function silencePair(pair: Pair): void {
  pair.isSilent = true;
  pair.server.destroy();
}
