/** Starts executions of machines, published versions and aliases. */
import type { MachineType } from '../../asl/definition.ts';
import { canonicalTextOf } from '../../asl/json/canonical-json.ts';
import { JsonText } from '../../asl/json/json-text.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { chooseRoute } from '../../batch/choose-route.ts';
import {
  toExecutionArn,
  toExpressExecutionArn,
  toRepeatableName,
} from '../../engine/arn/make-arn.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { isEnd } from '../../engine/status.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import type { CreateResult, NewExecution } from '../../ports/store/execution-store.ts';
import type {
  LivingMachine,
  MachineRevision,
} from '../../ports/store/machines/state-machine-store.ts';
import type { AppContext } from '../app-context.ts';
import { defaultQueueOf } from '../enqueue/default-queue.ts';
import { newExecution } from '../enqueue/new-execution.ts';
import {
  requireActive,
  requireStateMachine,
  unknownAlias,
  unknownVersion,
} from './machine-refusals.ts';
import type { MachineTarget } from './machine-target.ts';

/** What starting an execution needs of an app. */
export type StartContext = Pick<
  AppContext,
  'app' | 'entropy' | 'scope' | 'settings' | 'starts' | 'store' | 'tracer'
>;

/** An execution to start. */
export interface StartMachineRequest {
  /** @default a new UUID */
  readonly name?: string;
  /** A JSON text, which is kept letter for letter. @default `{}` */
  readonly input?: string;
  readonly traceHeader?: string;
  /** The mocked answers of its Task states, as `encodeMockCase` writes them. @default none */
  readonly mockCase?: string;
  /** Checks the revision that it would run on, and throws to refuse it. @default any is right */
  readonly checkRevision?: (revision: MachineRevision) => Promise<void>;
}

/** An execution that was started, now or by the same request before. */
export interface StartedExecution {
  readonly executionId: string;
  readonly machineId: string;
  readonly name: string;
  readonly kind: MachineType;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly arn: string;
}

/** Where a new execution goes. */
export interface RoutedExecution {
  readonly machine: LivingMachine;
  readonly revision: MachineRevision;
  /** The published version that it runs on; null for the current revision. */
  readonly versionNumber: number | null;
  readonly alias: string | null;
}

/**
 * Starts an execution of a machine, a published version or an alias. A STANDARD execution is
 * started once for its name and input while it runs; each start of an EXPRESS one is another.
 * @throws UNKNOWN_MACHINE, UNKNOWN_VERSION, UNKNOWN_ALIAS, MACHINE_DELETING
 * @throws EXECUTION_EXISTS when the name was used with another input, or its execution has ended
 * @throws INVALID_ARGUMENT, MALFORMED_DOCUMENT for the input, PAYLOAD_TOO_LARGE
 */
export async function startMachineExecution(
  context: StartContext,
  target: MachineTarget,
  request: StartMachineRequest = {},
): Promise<StartedExecution> {
  const machine = await findActive(context, target.name);
  const execution = await prepare(context, machine, target, request);
  const { id, name } = execution;
  const { id: foundId, created, createdAt } = await record(context, execution);
  const started = { machineId: machine.id, kind: machine.kind, name: request.name ?? id };
  if (created) {
    return {
      ...started,
      executionId: id,
      startedAt: createdAt ?? (await readCreatedAt(context, id)),
      arn: toArnOf(context, machine, execution),
    };
  }
  const startedAt = await requireSame(context, foundId, execution);
  return {
    ...started,
    executionId: foundId,
    startedAt,
    arn: toArnOf(context, machine, { id, name }),
  };
}

/**
 * Returns the revision that an execution with this id would run on. Throws UNKNOWN_MACHINE,
 * UNKNOWN_VERSION, UNKNOWN_ALIAS, MACHINE_DELETING.
 */
export async function routeExecution(
  context: Pick<AppContext, 'starts' | 'store'>,
  target: MachineTarget,
  executionId: string,
): Promise<RoutedExecution> {
  const machine = await findActive(context, target.name);
  const { number, alias } = await selectVersion(context, machine, target, executionId);
  const revision = await getRevision(context, machine, number);
  return { machine, revision, versionNumber: number, alias };
}

/** Returns the revision of a published version; the current one for null. */
async function getRevision(
  context: Pick<AppContext, 'store'>,
  machine: LivingMachine,
  number: number | null,
): Promise<MachineRevision> {
  if (number === null) return machine.current;
  const revision = await findRevisionOf(context, machine, number);
  const found = await context.store.getRevision(machine.id, revision);
  if (found === null) throw unknownVersion(machine.name, number);
  return found;
}

async function findActive(
  context: Pick<AppContext, 'starts' | 'store'>,
  name: string,
): Promise<LivingMachine> {
  const machine = await context.starts.findMachine(name);
  // Looked up again for a refusal that names others.
  if (machine === null) return requireStateMachine(context, name);
  requireActive(machine);
  return machine;
}

async function prepare(
  context: StartContext,
  machine: LivingMachine,
  target: MachineTarget,
  { name, input = '{}', traceHeader, mockCase, checkRevision }: StartMachineRequest,
): Promise<NewExecution> {
  requireJson(input);
  const problem = name === undefined ? null : findNameProblem(name);
  if (problem !== null) {
    throw new MillraceError('INVALID_ARGUMENT', `the execution's name: ${problem}`, {
      fields: { argument: 'name' },
    });
  }
  const traceparent = context.tracer.active();
  const execution = newExecution(
    context,
    { record: machine.current },
    {
      input: new JsonText(input),
      name,
      queue: defaultQueueOf(context.settings),
      retriesMax: 0,
      ...(traceparent !== null && { traceparent }),
    },
  );
  const { id } = execution;
  const { number, alias } = await selectVersion(context, machine, target, id);
  if (checkRevision !== undefined) await checkRevision(await getRevision(context, machine, number));
  return {
    ...execution,
    ...(machine.kind === 'EXPRESS' && { name: toRepeatableName(execution.name, id) }),
    ...(number !== null && {
      machineVersion: await findRevisionOf(context, machine, number),
      versionNumber: number,
    }),
    ...(alias !== null && { alias }),
    ...(traceHeader !== undefined && { traceHeader }),
    ...(mockCase !== undefined && { mockCase }),
  };
}

async function selectVersion(
  { store }: Pick<AppContext, 'store'>,
  { id, name }: LivingMachine,
  { qualifier }: MachineTarget,
  executionId: string,
): Promise<{ readonly number: number | null; readonly alias: string | null }> {
  if (qualifier === null) return { number: null, alias: null };
  if (qualifier.kind === 'version') return { number: qualifier.number, alias: null };
  const alias = await store.getAlias(id, qualifier.name);
  if (alias === null) throw unknownAlias(name, qualifier.name);
  return { number: chooseRoute(alias.routes, executionId), alias: alias.name };
}

async function findRevisionOf(
  { store }: Pick<AppContext, 'store'>,
  { id, name }: LivingMachine,
  number: number,
): Promise<number> {
  const version = await store.getPublishedVersion(id, number);
  if (version === null) throw unknownVersion(name, number);
  return version.revision;
}

/** Records an execution, also under the name of one that ended long ago. */
async function record(
  { settings, starts, store }: StartContext,
  execution: NewExecution,
): Promise<CreateResult> {
  const result = await starts.record(execution);
  if (result.created || !(await store.releaseName(result.id, settings.executionNameMs)))
    return result;
  return await starts.record(execution);
}

/** Returns when the execution began that has the name. Throws EXECUTION_EXISTS if it differs. */
async function requireSame(
  { store }: Pick<AppContext, 'store'>,
  foundId: string,
  { name, machineId, input }: NewExecution,
): Promise<number> {
  const found = await store.getExecution(foundId);
  const isSame =
    found !== null &&
    !isEnd(found.status) &&
    canonicalTextOf(found.input) === canonicalTextOf(input);
  if (isSame) return found.createdAt;
  throw new MillraceError(
    'EXECUTION_EXISTS',
    `the machine '${machineId}' has an execution named '${name}' that has ended or has another ` +
      'input: give this one another name',
    { fields: { executionId: foundId, machineId } },
  );
}

async function readCreatedAt({ store }: Pick<AppContext, 'store'>, id: string): Promise<number> {
  const record = await store.getExecution(id);
  if (record !== null) return record.createdAt;
  throw new MillraceError('STORE_FAILED', `the execution ${id} was deleted while it started`, {
    fields: { executionId: id },
  });
}

function toArnOf(
  { scope }: Pick<AppContext, 'scope'>,
  { id: machineId, kind }: LivingMachine,
  { id, name }: Pick<NewExecution, 'id' | 'name'>,
): string {
  return kind === 'EXPRESS'
    ? toExpressExecutionArn(scope, machineId, name, id)
    : toExecutionArn(scope, machineId, name);
}

function requireJson(input: string): void {
  try {
    parseJson(input);
  } catch (error) {
    throw new MillraceError('MALFORMED_DOCUMENT', `the input must be JSON: ${messageOf(error)}`, {
      fields: { argument: 'input' },
    });
  }
}
