import fc from 'fast-check';
import { openMillrace } from '../../lib/app/millrace.ts';
import { Endpoint } from '../../lib/step-functions/endpoint.ts';
import { PageTokens, pageTokenKey } from '../../lib/step-functions/page-token.ts';
import type { ServiceRequest } from '../../lib/step-functions/protocol.ts';
import { operationRequest } from '../step-functions/service-request.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { arbitraryRequest, disclosed } from './api-requests.ts';

/** How many answers had each status, and which operations succeeded at least once. */
export interface ApiTally {
  readonly statuses: Readonly<Record<number, number>>;
  readonly succeeded: ReadonlySet<string>;
}

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
  [
    'CreateStateMachine',
    { name: 'quick', definition, roleArn: 'arn:aws:iam::000000000000:role/any', type: 'EXPRESS' },
  ],
  ['CreateActivity', { name: 'approve' }],
];

const key = {
  accessKeyId: 'AKID',
  secretAccessKey: 'secret',
  name: 'one',
  readOnly: false,
};

/**
 * Sends random requests to an endpoint over a store in memory, and the same to one that wants them
 * signed. Throws when one is answered 5xx, an answer discloses the inside of the program, or a
 * request gets past the signature.
 */
export async function fuzzApi(runs: number, seed?: number): Promise<ApiTally> {
  const app = await openMillrace({
    config: { machines: {} },
    flags: { store: 'memory' },
    logger: new QuietLogger(),
  });
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const deps = {
    current: () => app,
    clock,
    logger,
    tokens: new PageTokens({ key: pageTokenKey([]), now: () => clock.now() }),
    mocks: null,
  };
  const policy = { keys: new Map(), origins: new Set<string>(), region: null };
  const endpoint = new Endpoint({ ...deps, policy });
  const guarded = new Endpoint({
    ...deps,
    policy: { ...policy, keys: new Map([[key.accessKeyId, key]]) },
  });
  for (const [operation, members] of known) {
    await endpoint.respond(operationRequest(operation, members));
  }
  const statuses: Record<number, number> = {};
  const succeeded = new Set<string>();
  const send = async (to: Endpoint, request: ServiceRequest) => {
    const { status, body } = await to.respond(request);
    const logged = logger.entries.splice(0).at(-1);
    if (status >= 500) throw new Error(`answered ${status}: ${JSON.stringify(logged)}`);
    const found = disclosed(body);
    if (found !== null) throw new Error(`the answer discloses ${found}`);
    return status;
  };
  try {
    await fc.assert(
      fc.asyncProperty(arbitraryRequest, async (request) => {
        const status = await send(endpoint, request);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === 200 && request.method === 'POST') {
          succeeded.add(request.header('x-amz-target')?.split('.')[1] ?? '');
        }
        const isCall = request.method === 'POST' && status !== 404;
        if (isCall && (await send(guarded, request)) === 200) {
          throw new Error('a request without a valid signature was served');
        }
      }),
      { numRuns: runs, ...(seed !== undefined && { seed }) },
    );
  } finally {
    await app.close();
  }
  return { statuses, succeeded };
}
