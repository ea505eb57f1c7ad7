/**
 * The interpreter alone, in memory and on one core: calls of `transition` a second over recorded
 * executions. Nothing is encoded, committed or called.
 */
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
import { lineLogger } from '../../lib/drivers/system/line-logger.ts';
import { LocalFiles } from '../../lib/drivers/system/local-files.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import type { Machine } from '../../lib/engine/machine.ts';
import { type Bench, type Figure, figureOf, type Measurement } from '../measurement.ts';
import {
  type Answer,
  type RecordedExecution,
  recordExecution,
  runAgain,
} from '../recorded-execution.ts';
import { definition, handlers, inputOf, machineId } from '../three-tasks.ts';

/** See this file's head. */
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

/** Executions recorded: enough that neither their events nor their data are always in the cache. */
const recorded = 1_000;

const strikes = new URL('../../examples/wildlife-strikes/', import.meta.url);
const reports = new URL('../../node_modules/vega-datasets/data/birdstrikes.csv', import.meta.url);

async function recordThreeTasks(): Promise<RecordedExecution[]> {
  const source = parseDefinition(JSON.stringify(definition), { source: machineId });
  const inputs = Array.from({ length: recorded }, (_, index) => inputOf(index));
  return recordAll(machineId, compileMachine(source), inputs, handlers);
}

async function recordStrikes(): Promise<RecordedExecution[]> {
  const source = await readDefinition(new URL('wildlife-strikes.asl.json', strikes).pathname);
  const files = new LocalFiles();
  const rows = openSource(
    { kind: 'csv', path: reports.pathname },
    { files, store: openMemoryStore() },
  );
  const { items } = await rows.read(null, recorded);
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
  handlersOf: Handlers,
): Promise<RecordedExecution[]> {
  const executions: RecordedExecution[] = [];
  for (const [index, input] of inputs.entries()) {
    const name = `execution-${index}`;
    executions.push(await recordExecution(id, machine, name, input, answerBy(id, handlersOf)));
  }
  return executions;
}

function answerBy(id: string, handlersOf: Handlers): Answer {
  const write = () => {};
  const logger = lineLogger({ level: 'silent', format: 'text', write, now: Date.now });
  const invoker = new HandlerInvoker(handlersOf, logger);
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
    if (isDeepStrictEqual(runAgain(each), each.end)) continue;
    throw new Error(`${each.identity.name} ends otherwise when it is run again`);
  }
  const roundMs = bench.quick ? 300 : 3_000;
  rateOf(executions, roundMs / 3);
  const rounds = Array.from({ length: bench.quick ? 1 : 5 }, () => rateOf(executions, roundMs));
  const sum = (count: (each: RecordedExecution) => number) =>
    executions.reduce((total, each) => total + count(each), 0);
  return figureOf(rounds, {
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

/** Calls of `transition` a second. */
function rateOf(executions: readonly RecordedExecution[], leastMs: number): number {
  const begunAt = performance.now();
  let calls = 0;
  for (;;) {
    for (const execution of executions) {
      runAgain(execution);
      calls += execution.events.length;
    }
    const ms = performance.now() - begunAt;
    if (ms >= leastMs) return (calls / ms) * 1_000;
  }
}
