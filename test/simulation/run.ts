/**
 * Runs many simulations: `node test/simulation/run.ts --seeds 1000 --from 1`. Prints each seed that
 * breaks an invariant with the command that replays it, and then exits with status 1.
 */
import { parseArgs } from 'node:util';
import { simulate } from './simulation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    /** Prints every event of each seed. */
    trace: { type: 'boolean', default: false },
  },
});

const from = Number(values.from);
const count = Number(values.seeds);
let failed = 0;
const ends: Record<string, number> = {};
for (let seed = from; seed < from + count; seed += 1) {
  const print = values.trace ? (line: string) => console.log(line) : undefined;
  const verdict = await simulate({ seed, ...(print !== undefined && { print }) });
  const { breaches, executions, calls, simulatedMinutes } = verdict;
  if (values.trace) console.log({ executions, calls, simulatedMinutes });
  for (const [end, number] of Object.entries(verdict.ends)) ends[end] = (ends[end] ?? 0) + number;
  if (breaches.length === 0) continue;
  failed += 1;
  console.log(`seed ${seed} (SIMULATION_SEED=${seed} npx vitest run test/simulation):`);
  for (const { invariant, problem } of breaches.slice(0, 5))
    console.log(`  ${invariant}: ${problem}`);
}
console.log('executions by end:', ends);
console.log(`${count} seeds from ${from}: ${count - failed} hold, ${failed} broke an invariant`);
process.exitCode = failed > 0 ? 1 : 0;
