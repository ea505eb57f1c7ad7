/** `npm run soak -- --minutes 60 [--seed N]`: runs the soak with these options. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const { minutes, seed } = values;
if (!(Number(minutes) > 0) || !Number.isInteger(Number(seed))) {
  console.error(
    `expected --minutes above 0 and a whole number as --seed, found --minutes ${minutes} --seed ${seed}`,
  );
  process.exit(2);
}
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project=soak'], {
  stdio: 'inherit',
  env: { ...process.env, SOAK_MINUTES: minutes, SOAK_SEED: seed },
});
process.exitCode = status ?? 1;
