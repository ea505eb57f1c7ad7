/** Every report of the wildlife-strike example, by the real engine and the real handlers. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { handlers } from '../../examples/wildlife-strikes/handlers.ts';
import { transformers } from '../../examples/wildlife-strikes/report.ts';
import { type FinishedExecution, summarize } from '../../examples/wildlife-strikes/summary.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { HandlerInvoker } from '../../lib/drivers/handlers/handler-invoker.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import { dueAt } from '../../lib/engine/due-at.ts';
import type { FinishEffect, InvokeEffect } from '../../lib/engine/effect.ts';
import type { EngineEvent } from '../../lib/engine/event.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { newSnapshot } from '../../lib/engine/snapshot.ts';
import { transition } from '../../lib/engine/transition.ts';
import { toAnswerEvents } from '../../lib/roles/execution/running-calls.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { createSeed, startOfRun, testIdentity } from '../support/run-machine.ts';

const machine = compileMachine(
  parseDefinition(read('examples/wildlife-strikes/wildlife-strikes.asl.json')),
);
const invoker = new HandlerInvoker(handlers, new QuietLogger());
const rows: unknown[] = parse(read('examples/wildlife-strikes/birdstrikes.csv'), {
  columns: true,
  bom: true,
});

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** An execution that ended, with its duration by the simulated clock. */
interface Ended {
  readonly finish: FinishEffect;
  readonly tookMs: number;
  readonly history: readonly HistoryEvent[];
}

/** Runs the execution of the row at `index` to its end; the clock jumps to the next due time. */
async function runRow(index: number): Promise<Ended> {
  const identity = testIdentity(transformers.toReport(rows[index], index));
  const open: InvokeEffect[] = [];
  const history: HistoryEvent[] = [];
  let snapshot = newSnapshot();
  let now = startOfRun;
  let event: EngineEvent = { type: 'started', at: now, seed: createSeed(0) };
  for (let count = 1; ; count += 1) {
    const result = transition(machine, identity, snapshot, event);
    snapshot = result.snapshot;
    history.push(...result.history);
    for (const effect of result.effects) {
      if (effect.type === 'invoke') open.push(effect);
      if (effect.type === 'finish') return { finish: effect, tookMs: now - startOfRun, history };
    }
    const command = open.shift();
    now = command === undefined ? (dueAt(snapshot) ?? Number.NaN) : now;
    const happened = { at: now, seed: createSeed(count) };
    event =
      command === undefined
        ? { type: 'timersDue', ...happened }
        : { ...(await answer(command)), ...happened };
  }
}

/** Calls the handler of an effect, as a worker does. */
async function answer(effect: InvokeEffect) {
  const { command, resource, parameters, pattern, stateName, retryCount } = effect;
  const result = await invoker.invoke({
    resource,
    parameters,
    pattern,
    stateName,
    retryCount,
    idempotencyKey: command,
    signal: AbortSignal.any([]),
    execution: { id: 'run-1', arn: testIdentity(null).arn, name: 'run-1' },
    machineId: 'wildlife-strikes',
    batchId: null,
    queue: 'default',
    heartbeat: () => {},
  });
  const [event] = toAnswerEvents(effect, result);
  if (event === undefined) throw new Error('every call has an answer');
  return event;
}

/** Returns the execution of the row at `index` for the batch's summary. */
async function runMember(index: number): Promise<FinishedExecution> {
  const { finish } = await runRow(index);
  const priority = transformers.toPriority(rows[index]);
  return { status: finish.status, priority, output: finish.output, error: finish.error ?? null };
}

async function* everyMember(errors: Map<string, number>): AsyncGenerator<FinishedExecution> {
  for (let index = 0; index < rows.length; index += 1) {
    const each = await runMember(index);
    if (each.error) errors.set(each.error, (errors.get(each.error) ?? 0) + 1);
    yield each;
  }
}

describe('the executions of the wildlife-strike example', () => {
  it('all ten thousand wildlife-strike executions give the documented figures', async () => {
    const errors = new Map<string, number>();

    const summary = await summarize(everyMember(errors));

    expect(summary).toEqual({
      byOutcome: { claim: 612, inspection: 489, filed: 8884 },
      byPriority: { critical: 311, default: 750, low: 8939 },
      claimedDollars: 39_023_825,
    });
    expect([...errors]).toEqual([['InvalidReport', 15]]);
  });

  it('a wildlife-strike claim joins the results of its three branches', async () => {
    const index = rows.findIndex((row) => transformers.toPriority(row) === 'critical');

    const { finish } = await runRow(index);

    const { report, row } = transformers.toReport(rows[index], index);
    expect(finish).toMatchObject({ status: 'SUCCEEDED' });
    expect(finish.output).toEqual({
      outcome: 'claim',
      row,
      region: expect.any(String),
      claimNumber: `${report.flightDate}-${row}`,
      operator: report.operator,
      totalDollars: Number(report.totalDollars),
    });
  });

  it('a wildlife-strike inspection checks each part that may be damaged', async () => {
    const index = rows.findIndex((row, at) => {
      const { damage, totalDollars } = transformers.toReport(row, at).report;
      return damage === 'Minor' && totalDollars === '0';
    });

    const { finish } = await runRow(index);

    expect(finish.output).toMatchObject({
      outcome: 'inspection',
      checks: expect.arrayContaining([
        expect.objectContaining({ part: 'windshield' }),
        expect.objectContaining({ part: 'engines' }),
      ]),
    });
  });

  it('every fiftieth wildlife-strike execution retries the region a second later', async () => {
    const fiftieth = await runRow(49);
    const next = await runRow(50);

    const failures = fiftieth.history.filter(({ type }) => type === 'LambdaFunctionFailed');
    expect(failures).toHaveLength(1);
    expect(fiftieth).toMatchObject({ finish: { status: 'SUCCEEDED' }, tookMs: 1_000 });
    expect(next).toMatchObject({ finish: { status: 'SUCCEEDED' }, tookMs: 0 });
  });
});
