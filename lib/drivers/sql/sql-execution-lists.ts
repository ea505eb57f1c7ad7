/** Lists of executions, page by page. */
import type {
  ChainFilter,
  ExecutionFilter,
  ExecutionResult,
  ExecutionSummary,
} from '../../ports/execution-store.ts';
import { type Page, type PageRequest, pageOf, pageStart } from '../../ports/page.ts';
import type { TaskFilter, TaskSummary } from '../../ports/task-store.ts';
import { isUuid, storableText } from '../shared/storable.ts';
import type { Statement } from './sql-client.ts';
import type { SqlSession } from './sql-session.ts';
import { listResults } from './statements/batches/list-results.ts';
import { listExecutions } from './statements/executions/list-executions.ts';
import { listForChaining } from './statements/executions/list-for-chaining.ts';
import { listOutputs } from './statements/executions/list-outputs.ts';
import { listTasks } from './statements/tasks/list-tasks.ts';

type OutputSummary = ExecutionSummary & { readonly output: string | null };
type ChainEntry = { readonly id: string; readonly name: string; readonly output: string | null };

const firstUuid = '00000000-0000-0000-0000-000000000000';

/** See {@link ExecutionStore.listExecutions}. */
export async function listPage(
  session: SqlSession,
  filter: ExecutionFilter,
  page: PageRequest,
): Promise<Page<ExecutionSummary>> {
  const fields = { ...storableFilter(filter), ...after(page) };
  const rows = await session.call<ExecutionSummary>(listExecutions(fields), fields);
  return pageOf(rows, page.limit, byId);
}

/** See {@link TaskStore.listTasks}. */
export async function listTaskPage(
  session: SqlSession,
  { state, ...filter }: TaskFilter,
  page: PageRequest,
): Promise<Page<TaskSummary>> {
  const fields = { ...storableFilter(filter), ...after(page) };
  const rows = await session.call<Omit<TaskSummary, 'state'>>(listTasks(state, fields), fields);
  const tasks = rows.map((row) => ({ ...row, state }));
  return pageOf(tasks, page.limit, byId);
}

/** See {@link ExecutionStore.listForChaining}. */
export async function listToChain(
  session: SqlSession,
  filter: ChainFilter,
  page: PageRequest,
): Promise<Page<ChainEntry>> {
  const fields = { ...storableFilter(filter), ...after(page) };
  const rows = await session.call<ChainEntry>(listForChaining(fields), fields);
  return pageOf(rows, page.limit, byId);
}

/** See {@link ExecutionStore.listOutputs}. */
export function listOutputsOfBatch(
  session: SqlSession,
  batchId: string,
  page: PageRequest,
): Promise<Page<OutputSummary>> {
  return listOfBatch<OutputSummary>(session, listOutputs, batchId, page);
}

/** See {@link ExecutionStore.listResults}. */
export function listResultsOfBatch(
  session: SqlSession,
  batchId: string,
  page: PageRequest,
): Promise<Page<ExecutionResult>> {
  return listOfBatch<ExecutionResult>(session, listResults, batchId, page);
}

async function listOfBatch<Row extends ExecutionSummary>(
  session: SqlSession,
  statement: Statement,
  batchId: string,
  page: PageRequest,
): Promise<Page<Row>> {
  const start = pageStart(page);
  const rows = await session.call<Row>(statement, {
    batchId: storableText(batchId),
    afterIndex: start?.at ?? -1,
    afterId: start !== null && isUuid(start.id) ? start.id : firstUuid,
    limit: page.limit + 1,
  });
  return pageOf(rows, page.limit, ({ batchIndex, id }) => ({ at: batchIndex ?? -1, id }));
}

function byId({ id }: { readonly id: string }) {
  return { at: 0, id };
}

function after(page: PageRequest) {
  const start = pageStart(page);
  return { afterId: start !== null && isUuid(start.id) ? start.id : null, limit: page.limit + 1 };
}

/**
 * The filter with its texts as they were stored, so that what was stored under a name is found by
 * that name.
 */
function storableFilter(filter: object): Record<string, unknown> {
  const entries: [string, unknown][] = Object.entries(filter);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? storableText(value) : value]),
  );
}
