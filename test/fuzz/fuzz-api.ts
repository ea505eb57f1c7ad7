import fc from 'fast-check';
import { openMillrace } from '../../lib/app/millrace.ts';
import { Endpoint } from '../../lib/step-functions/endpoint.ts';
import { PageTokens, pageTokenKey } from '../../lib/step-functions/page-token.ts';
import { operationRequest } from '../step-functions/service-request.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { arbitraryRequest, disclosed } from './api-requests.ts';

/** How many answers had each status. */
export type StatusTally = Readonly<Record<number, number>>;

const definition = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}';

/** What there is before the first random request. */
const known: readonly (readonly [string, object])[] = [
  [
    'CreateStateMachine',
    { name: 'order', definition, roleArn: 'arn:aws:iam::000000000000:role/any', publish: true },
  ],
  [
    'StartExecution',
    { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:order', name: 'one' },
  ],
  ['CreateActivity', { name: 'approve' }],
];

/**
 * Sends random requests to an endpoint over a store in memory. Throws when one is answered 5xx, or
 * an answer discloses the inside of the program.
 */
export async function fuzzApi(runs: number, seed?: number): Promise<StatusTally> {
  const app = await openMillrace({
    config: { machines: {} },
    flags: { store: 'memory' },
    logger: new QuietLogger(),
  });
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const endpoint = new Endpoint({
    current: () => app,
    policy: { keys: new Map(), origins: new Set(), region: null },
    clock,
    logger,
    tokens: new PageTokens({ key: pageTokenKey([]), now: () => clock.now() }),
    mocks: null,
  });
  for (const [operation, members] of known) {
    await endpoint.respond(operationRequest(operation, members));
  }
  const tally: Record<number, number> = {};
  try {
    await fc.assert(
      fc.asyncProperty(arbitraryRequest, async (request) => {
        const { status, body } = await endpoint.respond(request);
        tally[status] = (tally[status] ?? 0) + 1;
        const logged = logger.entries.splice(0).at(-1);
        if (status >= 500) throw new Error(`answered ${status}: ${JSON.stringify(logged)}`);
        const found = disclosed(body);
        if (found !== null) throw new Error(`the answer discloses ${found}`);
      }),
      { numRuns: runs, ...(seed !== undefined && { seed }) },
    );
  } finally {
    await app.close();
  }
  return tally;
}
