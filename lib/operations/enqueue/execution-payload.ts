/** Turns the payload of an enqueue into the execution to record. */
import { createHash } from 'node:crypto';
import { canonicalTextOf } from '../../asl/json/canonical-json.ts';
import type { Json } from '../../asl/json/json.ts';
import { JsonText, toJsonValue } from '../../asl/json/json-text.ts';
import { compileTransform } from '../../batch/item-mapping.ts';
import { readStateOutput } from '../../batch/read-state-output.ts';
import { checkKeys } from '../../config/check-keys.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import type { ExecutionLink, NewExecution } from '../../ports/store/execution-store.ts';
import { routeExecutions } from '../../roles/batch/batch-routes.ts';
import type { AppContext } from '../app-context.ts';
import type { RegisteredMachine } from '../machine-registry.ts';
import type { EnqueueTerms } from './enqueue-options.ts';
import { newExecution } from './new-execution.ts';

/** An execution to queue. */
export interface ExecutionTaskPayload {
  readonly machineId: string;
  /** Not allowed together with a source; a text is kept as it is. @default `{}` */
  readonly input?: Json | JsonText;
  /** Takes the input from an earlier execution. @default none */
  readonly source?: PayloadSource;
  /**
   * Makes the input from the given one, or from the source's output: a transformer of the app by
   * its name, or an expression. @default the input is used as it is
   */
  readonly transformer?: string;
  /** Passed to the transformer as its second argument. @default 0 */
  readonly index?: number;
  /**
   * Unique within the machine forever: enqueueing a name again returns the first execution.
   * @default a new UUID
   */
  readonly name?: string;
  /**
   * True: no two open executions of the machine have the same input. A text of 1 to 128 characters:
   * no two open executions have the same text. A source is taken only once for this machine, state
   * and transformer, forever, unless this is false. @default false; with a source true
   */
  readonly unique?: boolean | string;
}

/** An earlier execution whose output, or one of whose states' outputs, becomes the input. */
export interface PayloadSource {
  readonly executionId: string;
  /** The state whose output is taken. @default the execution's own output */
  readonly state?: string;
}

const payloadKeys = ['machineId', 'input', 'source', 'transformer', 'index', 'name', 'unique'];

/** Throws INVALID_ARGUMENT when `payload` is no object or has an unknown key. */
export function checkPayload(payload: ExecutionTaskPayload): void {
  checkKeys('the payload', payload, payloadKeys);
}

/** What preparing an execution needs of an app. */
export type PayloadContext = Pick<AppContext, 'clock' | 'entropy' | 'app' | 'settings' | 'store'>;

/** A payload whose machine is already known. */
export type MachinePayload = Omit<ExecutionTaskPayload, 'machineId'>;

/**
 * Returns the execution to record.
 * @throws INVALID_ARGUMENT, UNKNOWN_EXECUTION, UNKNOWN_TRANSFORMER, PAYLOAD_TOO_LARGE
 * @throws INVALID_ITEM when the transformer refuses what it is given
 */
export async function prepareExecution(
  context: PayloadContext,
  machine: RegisteredMachine,
  payload: MachinePayload,
  terms: EnqueueTerms,
): Promise<NewExecution> {
  const { source, unique, name } = payload;
  const input = await readInput(context, payload);
  const link = source === undefined || unique === false ? null : toLink(source, payload);
  const unrouted = newExecution(context, machine, { input, name, ...terms });
  const execution = await routeByQualifier(context, machine, unrouted);
  const uniqueKey = toUniqueKey(payload, execution.input);
  return { ...execution, ...(link && { link }), ...(uniqueKey !== null && { uniqueKey }) };
}

/** An alias routes each execution for itself. */
async function routeByQualifier(
  { store }: PayloadContext,
  { qualifier }: RegisteredMachine,
  execution: NewExecution,
): Promise<NewExecution> {
  if (qualifier === undefined) return execution;
  const by =
    qualifier.kind === 'alias'
      ? { alias: qualifier.name, publishedVersion: null }
      : { alias: null, publishedVersion: qualifier.number };
  const [routed = execution] = await routeExecutions(store, by, [execution]);
  return routed;
}

async function readInput(
  context: PayloadContext,
  payload: MachinePayload,
): Promise<Json | JsonText> {
  const { app, entropy, store } = context;
  const { source, transformer, input = {}, index = 0 } = payload;
  const transform =
    transformer === undefined
      ? null
      : compileTransform('transformer', transformer, {
          transformers: app.transformers,
          random: () => entropy.random(),
        });
  if (source !== undefined && payload.input !== undefined) {
    throw invalid('the input is given or taken from a source; found both');
  }
  const given = source === undefined ? input : await readSource(store, source);
  return transform === null ? given : transform(toJsonValue(given), index);
}

async function readSource(
  store: PayloadContext['store'],
  { executionId, state }: PayloadSource,
): Promise<JsonText> {
  const record = await store.getExecution(executionId);
  if (record === null) {
    throw new MillraceError(
      'UNKNOWN_EXECUTION',
      `source.executionId: the store has no execution with the id ${executionId}`,
    );
  }
  const output =
    state === undefined ? record.output : await readStateOutput(store, executionId, state);
  if (output !== null) return new JsonText(output);
  const what = state === undefined ? 'output' : `output of a state '${state}'`;
  throw invalid(
    `source: the execution ${record.name} (${executionId}, ${record.status}) has no ${what}`,
  );
}

function toLink({ executionId, state }: PayloadSource, payload: MachinePayload): ExecutionLink {
  const { transformer = '' } = payload;
  return { sourceExecutionId: executionId, sourceState: state ?? '', transformer };
}

/** `unique: true` needs no key for a source: the link to the source is unique already. */
function toUniqueKey({ unique, source }: MachinePayload, input: string): string | null {
  if (unique === undefined || unique === false) return null;
  if (unique !== true) return checkUniqueKey(unique);
  return source === undefined ? toDigest(input) : null;
}

const keyCharsMax = 128;

function checkUniqueKey(key: string): string {
  if (typeof key === 'string' && key.length >= 1 && key.length <= keyCharsMax) return key;
  const found = typeof key === 'string' ? `one of ${key.length}` : typeof key;
  throw invalid(`unique must be true, or a text of 1 to ${keyCharsMax} characters; found ${found}`);
}

/** Inputs that differ only in the order of their keys have the same digest. */
function toDigest(input: string): string {
  try {
    const text = canonicalTextOf(input);
    return `sha256-${createHash('sha256').update(text).digest('hex')}`;
  } catch (error) {
    throw invalid(`the input cannot be unique: ${messageOf(error)}`);
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
