/**
 * Runs many simulations: `npm run simulate -- --seeds 20000 --from 1 --jobs 2`, with as many
 * processes as jobs. Prints each seed that breaks an invariant with the command that replays it,
 * and then exits with status 1.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { simulate, type Verdict } from './simulation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    /** Runs every so many seeds: the others are another job's. */
    step: { type: 'string', default: '1' },
    /** Prints every event of each seed. */
    trace: { type: 'boolean', default: false },
  },
});

/** Breaches of one seed that are printed. */
const printedMax = 5;
/** Seeds between two lines of progress. */
const progressSeeds = 1_000;

/** What the jobs have found. */
class Summary {
  readonly #startedMs = performance.now();
  readonly #ends: Record<string, number> = {};
  #seeds = 0;
  failed = 0;

  add({ seed, breaches, ends }: Verdict): void {
    this.#seeds += 1;
    for (const [end, number] of Object.entries(ends)) {
      this.#ends[end] = (this.#ends[end] ?? 0) + number;
    }
    if (this.#seeds % progressSeeds === 0) console.log(this.#rate());
    if (breaches.length === 0) return;
    this.failed += 1;
    console.log(`seed ${seed} (SIMULATION_SEED=${seed} npx vitest run test/simulation):`);
    for (const { invariant, problem } of breaches.slice(0, printedMax)) {
      console.log(`  ${invariant}: ${problem}`);
    }
  }

  print(from: number): void {
    console.log('executions by end:', this.#ends);
    console.log(this.#rate());
    const held = this.#seeds - this.failed;
    console.log(
      `${this.#seeds} seeds from ${from}: ${held} hold, ${this.failed} broke an invariant`,
    );
  }

  #rate(): string {
    const seconds = (performance.now() - this.#startedMs) / 1_000;
    return `${this.#seeds} seeds in ${seconds.toFixed(0)} s, ${(this.#seeds / seconds).toFixed(2)} a second`;
  }
}

async function runSeeds(report: (verdict: Verdict) => void): Promise<void> {
  // Faults throw many errors, whose stacks no one reads.
  if (!values.trace) Error.stackTraceLimit = 0;
  const [from, count, step] = [values.from, values.seeds, values.step].map(Number);
  for (let seed = from ?? 1; seed < (from ?? 1) + (count ?? 1); seed += step ?? 1) {
    const print = values.trace ? (line: string) => console.log(line) : undefined;
    report(await simulate({ seed, ...(print !== undefined && { print }) }));
  }
}

/** Runs each share of the seeds in a process of its own. Throws when one ends before its work. */
async function runJobs(jobs: number, report: (verdict: Verdict) => void): Promise<void> {
  const [from, count] = [Number(values.from), Number(values.seeds)];
  const shares = Array.from({ length: Math.min(jobs, count) }, async (_, index) => {
    const share = [`--from=${from + index}`, `--seeds=${count - index}`, `--step=${jobs}`];
    const job = fork(import.meta.filename, share, { env: { ...process.env, SIMULATION_JOB: '1' } });
    job.on('message', (verdict) => report(verdict as Verdict));
    const [status] = await once(job, 'exit');
    if (status !== 0) throw new Error(`the job of every ${jobs}. seed from ${from + index} ended`);
  });
  await Promise.all(shares);
}

if (process.env.SIMULATION_JOB === '1') {
  await runSeeds((verdict) => process.send?.(verdict));
  process.disconnect();
} else {
  const summary = new Summary();
  const jobs = Number(values.jobs);
  const run = jobs > 1 ? runJobs.bind(null, jobs) : runSeeds;
  await run((verdict) => summary.add(verdict));
  summary.print(Number(values.from));
  process.exitCode = summary.failed > 0 ? 1 : 0;
}
