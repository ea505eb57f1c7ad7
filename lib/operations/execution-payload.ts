/**
 * From what a program wants executed to the execution that is recorded: its input given, or taken
 * from an earlier execution; made by a transformer; unique where that was asked for.
 */
import { createHash } from 'node:crypto';
import { canonicalText } from '../asl/json/canonical-json.ts';
import type { Json } from '../asl/json/json.ts';
import { compileTransform } from '../batch/item-mapping.ts';
import { stateOutput } from '../batch/state-output.ts';
import { checkKeys } from '../config/known-keys.ts';
import { MillraceError, messageOf } from '../errors.ts';
import type { ExecutionLink, NewExecution } from '../ports/execution-store.ts';
import type { AppContext } from './app-context.ts';
import type { EnqueueTerms } from './enqueue-options.ts';
import type { RegisteredMachine } from './machine-registry.ts';
import { newExecution } from './new-execution.ts';

/** An execution to queue. */
export interface ExecutionTaskPayload {
  readonly machineId: string;
  /** @default `{}`; not to be given beside a source */
  readonly input?: Json;
  /** Takes the input from an earlier execution. @default none */
  readonly source?: PayloadSource;
  /**
   * What makes the input of the given one, or of the source's output: a transformer of the app by
   * its name, or an expression. @default it is taken as it is
   */
  readonly transformer?: string;
  /** What the transformer is told beside. @default 0 */
  readonly index?: number;
  /**
   * Unique within the machine for ever: a second task of the same name is the first one. @default a
   * new UUID
   */
  readonly name?: string;
  /**
   * True: no two open executions of the machine have the same input. A text of 1 to 128 characters:
   * no two open ones have the same text. With a source, it is taken once for this machine, state
   * and transformer, for ever, unless this is false. @default false; with a source true
   */
  readonly unique?: boolean | string;
}

/**
 * An earlier execution whose output is the input, or one of its states; what enqueueing it answered
 * will do.
 */
export interface PayloadSource {
  readonly executionId: string;
  /** The state whose output is taken. @default the execution's own output */
  readonly state?: string;
}

const payloadKeys = ['machineId', 'input', 'source', 'transformer', 'index', 'name', 'unique'];

/** Throws INVALID_ARGUMENT for what is no payload, or has a key that means nothing. */
export function checkPayload(payload: ExecutionTaskPayload): void {
  checkKeys('the payload', payload, payloadKeys);
}

type PayloadContext = Pick<AppContext, 'clock' | 'entropy' | 'app' | 'settings' | 'store'>;

/** What a machine is given; its id is known by then. */
export type MachinePayload = Omit<ExecutionTaskPayload, 'machineId'>;

/**
 * The execution to record. Throws INVALID_ARGUMENT, UNKNOWN_EXECUTION, UNKNOWN_TRANSFORMER,
 * INVALID_ITEM when the transformer does not like what it is given, or PAYLOAD_TOO_LARGE.
 */
export async function payloadExecution(
  context: PayloadContext,
  machine: RegisteredMachine,
  payload: MachinePayload,
  terms: EnqueueTerms,
): Promise<NewExecution> {
  const { source, unique, name } = payload;
  const input = await inputOf(context, payload);
  const link = source === undefined || unique === false ? null : linkOf(source, payload);
  const execution = newExecution(context, machine, { input, name, ...terms });
  const uniqueKey = uniqueKeyOf(payload, execution.input);
  return { ...execution, ...(link && { link }), ...(uniqueKey !== null && { uniqueKey }) };
}

async function inputOf(context: PayloadContext, payload: MachinePayload): Promise<Json> {
  const { app, entropy, store } = context;
  const { source, transformer, input = {}, index = 0 } = payload;
  const transform =
    transformer === undefined
      ? (item: Json) => item
      : compileTransform('transformer', transformer, {
          transformers: app.transformers,
          random: () => entropy.random(),
        });
  if (source === undefined) return transform(input, index);
  if (payload.input === undefined) return transform(await sourceOutput(store, source), index);
  throw invalid('the input is given or taken from a source; found both');
}

async function sourceOutput(
  store: PayloadContext['store'],
  { executionId, state }: PayloadSource,
): Promise<Json> {
  const record = await store.getExecution(executionId);
  if (record === null) {
    throw new MillraceError(
      'UNKNOWN_EXECUTION',
      `source.executionId: the store has no execution with the id ${executionId}`,
    );
  }
  const output = state === undefined ? record.output : await stateOutput(store, executionId, state);
  if (output !== null) return JSON.parse(output) as Json;
  const what = state === undefined ? 'output' : `output of a state '${state}'`;
  throw invalid(
    `source: the execution ${record.name} (${executionId}, ${record.status}) has no ${what}`,
  );
}

function linkOf({ executionId, state }: PayloadSource, payload: MachinePayload): ExecutionLink {
  const { transformer = '' } = payload;
  return { sourceExecutionId: executionId, sourceState: state ?? '', transformer };
}

/** What a source makes once is its link's business, which the constraint of links holds. */
function uniqueKeyOf({ unique, source }: MachinePayload, input: string): string | null {
  if (unique === undefined || unique === false) return null;
  if (unique !== true) return ownKey(unique);
  return source === undefined ? digestOf(input) : null;
}

const keyCharsMax = 128;

function ownKey(key: string): string {
  if (typeof key === 'string' && key.length >= 1 && key.length <= keyCharsMax) return key;
  const found = typeof key === 'string' ? `one of ${key.length}` : typeof key;
  throw invalid(`unique must be true, or a text of 1 to ${keyCharsMax} characters; found ${found}`);
}

/** The same for inputs that differ in nothing but the order of their keys. */
function digestOf(input: string): string {
  try {
    const text = canonicalText(JSON.parse(input) as Json);
    return `sha256-${createHash('sha256').update(text).digest('hex')}`;
  } catch (error) {
    throw invalid(`the input cannot be unique: ${messageOf(error)}`);
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
