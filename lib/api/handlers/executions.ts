/** Operations on executions, as an app carries them out. */

import { canonicalText } from '../../asl/json/canonical-json.ts';
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import { requireExecution, shownExecution } from '../../operations/executions.ts';
import type { ExecutionRecord } from '../../ports/execution-store.ts';
import type { executionOperations } from '../contract/executions.ts';
import type { AppOpener, Some } from './app-opener.ts';

/** See this file's head. */
export function executionsOf(open: AppOpener): Some<keyof typeof executionOperations> {
  return {
    listExecutions: async ({ query: { limit, cursor, ...filter } }) => {
      const { store } = await open();
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { entries, next } = await store.listExecutions(filter, page);
      return { executions: entries, next };
    },
    startExecution: async ({ body: { machineId, input, name, priority } }) => {
      const app = await open();
      const started = await app
        .queueClient()
        .enqueueExecution(
          { machineId, input, ...(name !== undefined && { name }) },
          { retriesMax: 0, ...(priority !== undefined && { priority }) },
        );
      if (!started.created) {
        requireSameInput(await requireExecution(app, started.executionId), input);
      }
      return started;
    },
    getExecution: async ({ params }) => {
      const app = await open();
      const record = await requireExecution(app, params.executionId);
      const machine = await app.store.getMachine(record.machineId, record.machineVersion);
      const { fence, replyTo, ...shown } = shownExecution(record);
      return { ...shown, machineType: machine?.kind ?? null };
    },
    getExecutionHistory: async ({ params, query: { limit, cursor } }) => {
      const app = await open();
      const { id } = await requireExecution(app, params.executionId);
      const { events, next } = await historyPage(app.store, id, cursor ?? 1, limit);
      return { executionId: id, events, next: next === null ? null : String(next) };
    },
    abortExecution: async ({ params }) => {
      const app = await open();
      const { id } = await requireExecution(app, params.executionId);
      const outcome = await app.queueClient().cancel(id);
      if (outcome === 'cancelled' || outcome === 'stopping') return { executionId: id, outcome };
      throw conflict(id, 'has ended already');
    },
    redriveExecution: async ({ params }) => {
      const app = await open();
      const record = await requireExecution(app, params.executionId);
      if (!['FAILED', 'TIMED_OUT', 'ABORTED'].includes(record.status)) {
        throw conflict(record.id, `is ${record.status}: what did not succeed is redriven`);
      }
      const [outcome] = await app.tasks.run([record.id]);
      if (outcome?.done) return { executionId: record.id };
      throw conflict(record.id, outcome?.told ?? 'changed meanwhile');
    },
  };
}

/** One of this name and another input is another piece of work. */
function requireSameInput({ id, name, machineId, input }: ExecutionRecord, asked: Json): void {
  if (canonicalText(JSON.parse(input)) === canonicalText(asked)) return;
  throw new MillraceError(
    'EXECUTION_EXISTS',
    `the machine '${machineId}' has an execution named '${name}' with another input: ` +
      'give this one another name',
    { fields: { executionId: id, machineId } },
  );
}

/** What a page of history reads at most: a chunk is the events of one checkpoint. */
const chunksMax = 100;

/** Up to `limit` events from `from` on; `next` is null when there is none behind them. */
async function historyPage(
  store: { readHistory(id: string, from: number, chunksMax: number): Promise<string[]> },
  id: string,
  from: number,
  limit: number,
): Promise<{ readonly events: JsonObject[]; readonly next: number | null }> {
  const most = Math.min(limit, chunksMax);
  const chunks = await store.readHistory(id, from, most);
  const read = chunks
    .flatMap((chunk) => JSON.parse(chunk) as (JsonObject & { readonly id: number })[])
    .filter((event) => event.id >= from);
  const events = read.slice(0, limit);
  const more = read.length > limit || chunks.length === most;
  return { events, next: more ? (events.at(-1)?.id ?? from) + 1 : null };
}

function conflict(id: string, state: string): MillraceError {
  return new MillraceError('CONFLICT', `the execution ${id} ${state}; nothing was changed`, {
    fields: { executionId: id },
  });
}
