/**
 * A server with SQS's protocol in this process. It reads the clock of this process, so that a test
 * can advance it; a long poll still takes real time.
 */
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, vi } from 'vitest';

/** Starts one server for the tests of a file; the environment points clients at it. */
export function sqsServer(): { readonly server: () => FauxqsServer; advance(ms: number): void } {
  let server: FauxqsServer | undefined;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const variables = {
      AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${server.port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: '',
      AWS_MAX_ATTEMPTS: '1',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    await server?.stop();
  });
  return {
    server: () => {
      if (server === undefined) throw new Error('the server is not started yet');
      return server;
    },
    advance: (ms) => {
      vi.setSystemTime(Date.now() + ms);
    },
  };
}
