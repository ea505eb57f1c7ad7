/** Commands on executions: each is addressed by its id, or by `machine:name`. */

import type { MachineType } from '../asl/definition.ts';
import { canonicalTextOf } from '../asl/json/canonical-json.ts';
import type { Json } from '../asl/json/json.ts';
import { JsonText, toDocumentText } from '../asl/json/json-text.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionFilter } from '../ports/store/execution-queries.ts';
import type {
  ExecutionRecord,
  ExecutionSummary,
  TransactionClient,
} from '../ports/store/execution-store.ts';
import type { LookedPage, PageRequest } from '../ports/store/page.ts';
import type { AppContext } from './app-context.ts';
import { cancelTask } from './cancel-tasks.ts';
import {
  type EnqueueContext,
  type EnqueuedExecution,
  enqueueExecution,
  storeWithin,
} from './enqueue/enqueue.ts';
import type { LabelInput } from './enqueue/enqueue-options.ts';
import { type Details, type TextDetails, toTextDetails } from './execution-details.ts';
import { requireExecution } from './find-execution.ts';
import { type NewestContext, selectForNewest } from './newest-definitions.ts';
import { redriveTasks } from './tasks.ts';

interface MachineOfExecution {
  /** Null when the machine is unknown. */
  readonly machineType: MachineType | null;
}

/** One execution, with the type of its machine. */
export type ExecutionDetails = Details<ExecutionRecord> & MachineOfExecution;

/** One execution, with its documents letter for letter. */
export type ExecutionTexts = TextDetails<ExecutionRecord> & MachineOfExecution;

/** An execution to start. */
export interface StartRequest {
  /** A machine of the configuration. */
  readonly machineId: string;
  /** A {@link JsonText} is kept letter for letter. @default `{}` */
  readonly input?: Json | JsonText;
  /** Starts the execution once, however often it is started. @default a new UUID */
  readonly name?: string;
  /** The queue that its tasks go to. @default 'default' */
  readonly priority?: string;
  /** See `EnqueueOptions.traceparent`. @default the active span */
  readonly traceparent?: string;
  /** See `EnqueueOptions.labels`. @default none */
  readonly labels?: LabelInput;
  /** See `EnqueueOptions.client`. @default a transaction of its own */
  readonly client?: TransactionClient;
}

/** Lists executions, newest first. */
export function listExecutions(
  { store }: Pick<AppContext, 'store'>,
  filter: ExecutionFilter,
  page: PageRequest,
): Promise<LookedPage<ExecutionSummary>> {
  return store.listExecutions(filter, page);
}

/** An execution in a list, with its documents letter for letter. */
export interface ListedExecution extends ExecutionSummary {
  readonly input: JsonText;
  /** Null unless it SUCCEEDED. */
  readonly output: JsonText | null;
}

/** Maximum number of executions in a page with documents: each may be large. */
const documentsPageMax = 100;

/** Lists executions with their documents, newest first; at most 100 in a page. */
export async function listExecutionDocuments(
  { store }: Pick<AppContext, 'store'>,
  filter: ExecutionFilter,
  page: PageRequest,
): Promise<LookedPage<ListedExecution>> {
  if (page.limit > documentsPageMax) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `a page with documents has at most ${documentsPageMax} executions; found ${page.limit}`,
    );
  }
  const found = await store.listExecutions(filter, page);
  const documents = await store.listDocuments(found.entries.map(({ id }) => id));
  const byId = new Map(documents.map((each) => [each.id, each]));
  const entries = found.entries.flatMap((entry) => {
    // One that is gone was deleted between the two reads.
    const each = byId.get(entry.id);
    if (each === undefined) return [];
    const output = each.output === null ? null : new JsonText(each.output);
    return [{ ...entry, input: new JsonText(each.input), output }];
  });
  return { ...found, entries };
}

/**
 * Returns one execution with its input and output.
 * @throws UNKNOWN_EXECUTION
 */
export async function getExecution(
  context: Pick<AppContext, 'store'>,
  id: string,
): Promise<ExecutionTexts> {
  const record = await requireExecution(context, id);
  const machine = await context.store.getMachine(record.machineId, record.machineVersion);
  return { ...toTextDetails(record), machineType: machine?.kind ?? null };
}

/**
 * Starts an execution, which is not retried when it fails.
 * @throws EXECUTION_EXISTS when the name was used with another input
 * @throws INVALID_ARGUMENT, UNKNOWN_MACHINE, PAYLOAD_TOO_LARGE
 */
export async function startExecution(
  context: EnqueueContext,
  { machineId, input = {}, name, ...options }: StartRequest,
): Promise<EnqueuedExecution> {
  const started = await enqueueExecution(
    context,
    { machineId, input, ...(name !== undefined && { name }) },
    null,
    { retriesMax: 0, ...options },
  );
  if (!started.created) {
    const { client } = options;
    const store = client === undefined ? context.store : storeWithin(context, client);
    const earlier = await store.getExecution(started.executionId);
    if (earlier !== null) requireSameInput(earlier, input);
  }
  return started;
}

/** A name that was used with another input stands for another piece of work. */
function requireSameInput(
  { id, name, machineId, input }: ExecutionRecord,
  requested: Json | JsonText,
): void {
  if (canonicalTextOf(input) === canonicalTextOf(toDocumentText(requested) ?? '')) return;
  throw new MillraceError(
    'EXECUTION_EXISTS',
    `the machine '${machineId}' has an execution named '${name}' with another input: ` +
      'give this one another name',
    { fields: { executionId: id, machineId } },
  );
}

/**
 * Stops an execution, whichever worker runs it; it ends ABORTED. `cancelled`: it will never start.
 * `stopping`: it had started and is being stopped.
 * @throws UNKNOWN_EXECUTION, CONFLICT
 */
export async function cancelExecution(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'>,
  name: string,
): Promise<{ readonly executionId: string; readonly outcome: 'cancelled' | 'stopping' }> {
  const { id } = await requireExecution(context, name);
  const outcome = await cancelTask(context, id);
  if (outcome === 'cancelled' || outcome === 'stopping') return { executionId: id, outcome };
  throw conflict(id, 'has ended already');
}

/** How an execution is redriven. */
export interface RedriveOptions {
  /**
   * Whether it continues under the newest definition of its machine, as a fix needs it, instead of
   * the one that it began with. @default false
   */
  readonly latest?: boolean;
}

/**
 * Runs an execution again that did not succeed, from the state that failed.
 * @throws UNKNOWN_EXECUTION
 * @throws CONFLICT when it cannot be redriven, or not under the newest definition
 */
export async function redriveExecution(
  context: Pick<AppContext, 'store' | 'broker' | 'logger' | 'metrics'> & NewestContext,
  name: string,
  { latest = false }: RedriveOptions = {},
): Promise<{ readonly executionId: string }> {
  const { id, status } = await requireExecution(context, name);
  if (!['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)) {
    throw conflict(id, `is ${status}: only an execution that did not succeed can be redriven`);
  }
  const newest = latest ? await selectForNewest(context, [id]) : null;
  const [refusal] = newest?.refused ?? [];
  if (refusal !== undefined) throw conflict(id, `cannot be redriven: ${refusal.problem}`);
  const [outcome] = await redriveTasks(context, [id], newest?.versions);
  if (outcome?.done) return { executionId: id };
  throw conflict(id, outcome?.message ?? 'has changed meanwhile');
}

function conflict(id: string, state: string): MillraceError {
  return new MillraceError('CONFLICT', `the execution ${id} ${state}; nothing was changed`, {
    fields: { executionId: id },
  });
}
