/**
 * A program that runs one hostile case, and prints how long it blocked the event loop and how much
 * memory it took: `node bench/bounds-program.ts <number of the case>`.
 */

import { setImmediate } from 'node:timers/promises';
import type { Json } from '../lib/asl/json/json.ts';
import { parseDefinition } from '../lib/asl/parse.ts';
import { validateDefinition } from '../lib/asl/validate/aws-validation.ts';
import { defaultScope } from '../lib/engine/arn/aws-scope.ts';
import { toExecutionArn, toMachineArn } from '../lib/engine/arn/make-arn.ts';
import { compileMachine } from '../lib/engine/compile-machine.ts';
import { dueAt } from '../lib/engine/due-at.ts';
import type { EngineEvent, UntimedEvent } from '../lib/engine/event.ts';
import type { ExecutionIdentity } from '../lib/engine/execution-identity.ts';
import type { Machine } from '../lib/engine/machine.ts';
import { encodeSnapshot, newSnapshot, type Snapshot } from '../lib/engine/snapshot.ts';
import { transition } from '../lib/engine/transition.ts';
import { messageOf } from '../lib/errors.ts';
import type { HostileCase } from './hostile/hostile-case.ts';
import { hostileCases } from './hostile/hostile-cases.ts';

/** The JSON document that the program prints. */
export interface BoundsReport {
  /** The status of the execution, or `refused` for its definition. */
  readonly end: string;
  /** Longest time without a pause of the event loop, in milliseconds, and in what. */
  readonly blockMs: number;
  readonly blockedBy: string;
  /** CPU time of that block, in milliseconds: what it would take on a quiet machine. */
  readonly cpuMs: number;
  /** Peak of the resident memory above that of the idle process. */
  readonly peakMiB: number;
  readonly transitions: number;
}

/** After so long a case is stopped: it goes on in bounded pieces. */
const caseMsMax = 20_000;

/** Measures the longest piece of work between two pauses of the event loop. */
class BlockWatch {
  blockMs = 0;
  cpuMs = 0;
  blockedBy = '';

  async run<Result>(what: string, work: () => Result): Promise<Result> {
    await setImmediate();
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    try {
      return work();
    } finally {
      const ms = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpu);
      if (ms > this.blockMs) {
        this.blockMs = ms;
        this.cpuMs = (user + system) / 1_000;
        this.blockedBy = what;
      }
    }
  }
}

if (import.meta.main) {
  const hostile = hostileCases[Number(process.argv[2])];
  if (hostile === undefined) throw new Error(`expected a number below ${hostileCases.length}`);
  await setImmediate();
  const idle = process.resourceUsage().maxRSS;
  const watch = new BlockWatch();
  const { end, transitions } = await runCase(hostile, watch);
  const { blockMs, blockedBy, cpuMs } = watch;
  const peakMiB = (process.resourceUsage().maxRSS - idle) / 1_024;
  const report: BoundsReport = { end, blockMs, blockedBy, cpuMs, peakMiB, transitions };
  console.log(JSON.stringify(report));
}

async function runCase(
  { definition, input = () => ({}), result = () => null }: HostileCase,
  watch: BlockWatch,
): Promise<{ end: string; transitions: number }> {
  const text = JSON.stringify(definition());
  await watch.run('validation', () => validateDefinition(text));
  try {
    const parsed = await watch.run('parsing', () => parseDefinition(text));
    const machine = await watch.run('compiling', () => compileMachine(parsed));
    return await runExecution(machine, input(), result(), watch);
  } catch (error) {
    return { end: `refused: ${messageOf(error).slice(0, 120)}`, transitions: 0 };
  }
}

/** Runs an execution as a worker does, but drops what it would write. */
async function runExecution(
  machine: Machine,
  input: Json,
  result: Json,
  watch: BlockWatch,
): Promise<{ end: string; transitions: number }> {
  const identity = createIdentity(input);
  const stopAt = performance.now() + caseMsMax;
  let snapshot: Snapshot = newSnapshot();
  let at = Date.UTC(2026, 0, 1);
  let transitions = 0;
  const events: UntimedEvent[] = [{ type: 'started' }];
  while (performance.now() < stopAt) {
    const event = events.shift() ?? nextTimer(snapshot);
    if (event === null) break;
    if (event.type === 'timersDue') at = Math.max(at, dueAt(snapshot) ?? at);
    transitions += 1;
    const effects = await watch.run(`transition ${transitions}`, () => {
      const timed = { ...event, at, seed: [1, 2, 3, transitions] } as EngineEvent;
      const applied = transition(machine, identity, snapshot, timed);
      snapshot = applied.snapshot;
      encodeSnapshot(snapshot);
      JSON.stringify(applied.history);
      return applied.effects;
    });
    for (const effect of effects) {
      if (effect.type !== 'invoke') continue;
      events.push({ type: 'commandSucceeded', command: effect.command, result });
    }
  }
  const { status, outcome } = snapshot;
  return { end: [status, outcome?.error ?? ''].join(' ').trim(), transitions };
}

function nextTimer(snapshot: Snapshot): UntimedEvent | null {
  return dueAt(snapshot) === null ? null : { type: 'timersDue' };
}

function createIdentity(input: Json): ExecutionIdentity {
  return {
    arn: toExecutionArn(defaultScope, 'hostile', 'hostile'),
    name: 'hostile',
    input,
    roleArn: '',
    machineArn: toMachineArn(defaultScope, 'hostile'),
    machineName: 'hostile',
  };
}
