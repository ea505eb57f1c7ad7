/**
 * `npm run conformance:api -- REPLAYER CASES_DIR [OPTION…]`: serves Step Functions' API over a new
 * store in memory, with a worker beside it, and runs a replayer of recorded calls against it:
 * `node REPLAYER CASES_DIR URL OPTION…`. Ends with the replayer's exit status.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openMillrace } from '../../lib/app/millrace.ts';
import { serveStepFunctions } from '../../lib/server/step-functions/serve-step-functions.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

const [replayer, casesDir, ...options] = process.argv.slice(2);
if (replayer === undefined || casesDir === undefined) {
  console.error('usage: npm run conformance:api -- REPLAYER CASES_DIR [OPTION…]');
  process.exit(2);
}

const app = await openMillrace({
  config: { machines: {} },
  flags: { store: 'memory' },
  logger: new QuietLogger(),
});
await app.start();
const server = await serveStepFunctions({ current: () => app, port: 0 });
const replay = spawn(process.execPath, [replayer, casesDir, server.url, ...options], {
  stdio: 'inherit',
});
const [status] = await once(replay, 'exit');
await server.close();
await app.stop();
await app.close();
process.exitCode = status ?? 1;
