import { isDeepStrictEqual } from 'node:util';
import { handlers as strikeHandlers } from '../../examples/wildlife-strikes/handlers.ts';
import { transformers } from '../../examples/wildlife-strikes/report.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { openSource } from '../../lib/batch/open-source.ts';
import { readDefinition } from '../../lib/config/read-definition.ts';
import type { Handlers } from '../../lib/drivers/handlers/handler.ts';
import { HandlerInvoker } from '../../lib/drivers/handlers/handler-invoker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { createLineLogger } from '../../lib/drivers/system/line-logger.ts';
import { LocalFiles } from '../../lib/drivers/system/local-files.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import type { Machine } from '../../lib/engine/machine.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import {
  type Answer,
  type RecordedExecution,
  recordExecution,
  replayExecution,
} from '../recorded-execution.ts';
import { createInput, definition, handlers, machineId } from '../three-tasks.ts';

/**
 * Measures the interpreter alone, in memory and on one core: calls of `transition` a second over
 * recorded executions. Nothing is encoded or committed, and no handler runs.
 */
export const interpreter: Measurement = {
  name: 'interpreter',
  about: 'calls of transition() a second, in memory, on one core',

  async measure(bench) {
    const tasks = await recordThreeTasks();
    const strikes = await recordStrikes();
    return [
      measureRuns(bench, '3 tasks', tasks, { atLeast: 200_000 }),
      measureRuns(bench, 'wildlife strikes: Choice, Parallel, Map, Retry', strikes),
    ];
  },
};

/** Number of recorded executions: enough that their data does not stay in the CPU cache. */
const recordedCount = 1_000;

const strikes = new URL('../../examples/wildlife-strikes/', import.meta.url);
const reports = new URL('../../examples/wildlife-strikes/birdstrikes.csv', import.meta.url);

async function recordThreeTasks(): Promise<RecordedExecution[]> {
  const source = parseDefinition(JSON.stringify(definition), { source: machineId });
  const inputs = Array.from({ length: recordedCount }, (_, index) => createInput(index));
  return recordAll(machineId, compileMachine(source), inputs, handlers);
}

async function recordStrikes(): Promise<RecordedExecution[]> {
  const source = await readDefinition(new URL('wildlife-strikes.asl.json', strikes).pathname);
  const files = new LocalFiles();
  const rows = openSource(
    { kind: 'csv', path: reports.pathname },
    { files, store: openMemoryStore() },
  );
  const { items } = await rows.read(null, recordedCount);
  await rows.close();
  const inputs = items.map((item) =>
    transformers.toReport('value' in item ? item.value : null, item.index),
  );
  return recordAll('wildlife-strike', compileMachine(source), inputs, strikeHandlers);
}

async function recordAll(
  id: string,
  machine: Machine,
  inputs: readonly Json[],
  machineHandlers: Handlers,
): Promise<RecordedExecution[]> {
  const executions: RecordedExecution[] = [];
  const answer = createAnswer(id, machineHandlers);
  for (const [index, input] of inputs.entries()) {
    const name = `execution-${index}`;
    executions.push(await recordExecution(id, machine, name, input, answer));
  }
  return executions;
}

function createAnswer(id: string, machineHandlers: Handlers): Answer {
  const write = () => {};
  const logger = createLineLogger({ level: 'silent', format: 'text', write, now: Date.now });
  const invoker = new HandlerInvoker(machineHandlers, logger);
  return ({ command, ...call }) =>
    invoker.invoke({
      ...call,
      idempotencyKey: command,
      signal: new AbortController().signal,
      execution: { id: command, arn: command, name: command },
      machineId: id,
      batchId: null,
      queue: 'default',
      heartbeat: () => {},
    });
}

function measureRuns(
  bench: Bench,
  label: string,
  executions: readonly RecordedExecution[],
  target?: Figure['target'],
): Figure {
  for (const each of executions) {
    if (isDeepStrictEqual(replayExecution(each), each.end)) continue;
    throw new Error(`${each.identity.name} ended differently when it was replayed`);
  }
  const roundMs = bench.quick ? 300 : 3_000;
  measureRate(executions, roundMs / 3);
  const rounds = Array.from({ length: bench.quick ? 1 : 5 }, () =>
    measureRate(executions, roundMs),
  );
  const sum = (count: (each: RecordedExecution) => number) =>
    executions.reduce((total, each) => total + count(each), 0);
  return toFigure(rounds, {
    label,
    unit: 'transitions/s',
    ...(target !== undefined && { target }),
    knobs: { executions: executions.length, roundMs },
    beside: {
      transitionsPerExecution: sum(({ events }) => events.length) / executions.length,
      historyEventsPerExecution: sum(({ historyEvents }) => historyEvents) / executions.length,
    },
  });
}

/** Replays the executions for at least `minimumMs`. Returns calls of `transition` a second. */
function measureRate(executions: readonly RecordedExecution[], minimumMs: number): number {
  const startedAt = performance.now();
  let calls = 0;
  for (;;) {
    for (const execution of executions) {
      replayExecution(execution);
      calls += execution.events.length;
    }
    const ms = performance.now() - startedAt;
    if (ms >= minimumMs) return (calls / ms) * 1_000;
  }
}
