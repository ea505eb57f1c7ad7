/** `millrace queue` and `doctor` on SQS, where queues must be created. */
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Finding } from '../../lib/operations/diagnosis/finding.ts';
import { call, jsonOf } from './cli-call.ts';

let server: FauxqsServer;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => server.stop());

function millrace(words: readonly string[]) {
  const variables = {
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${server.port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_MAX_ATTEMPTS: '1',
  };
  // Every call unstubs the environment.
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return call([...words, '--store', 'memory', '--broker', 'sqs']);
}

it('missing queues at SQS are reported by doctor and created by queue create', async () => {
  const doctor = async () => {
    const { status, stdout } = await millrace(['doctor', '--json']);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    return { status, broker: findings.filter(({ check }) => check === 'broker') };
  };

  const missing = await doctor();
  const created = jsonOf(await millrace(['queue', 'create', '--json'])) as { created: string[] };
  const again = await millrace(['queue', 'create']);
  const made = await doctor();

  expect(missing.status).toBe(2);
  expect(missing.broker.map(({ found }) => found).join('\n')).toMatch(/queue create/);
  expect(created.created.toSorted()).toEqual([
    'millrace-critical',
    'millrace-critical-dead',
    'millrace-default',
    'millrace-default-dead',
    'millrace-low',
    'millrace-low-dead',
  ]);
  expect(again).toMatchObject({ status: 0, stdout: 'nothing is missing\n' });
  // Only the configuration is missing.
  expect(made.status).toBe(1);
  expect(made.broker).toMatchObject([
    { verdict: 'ok', found: expect.stringMatching(/^SQS, answers in \d+ ms/) },
  ]);
});
