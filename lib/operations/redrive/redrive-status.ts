/** Whether an execution can be redriven through the API, and why not. */

import type { MachineType } from '../../asl/definition.ts';
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import type { ExecutionRecord } from '../../ports/store/execution-store.ts';
import type { AppContext } from '../app-context.ts';

/** How an execution can be redriven. */
export type RedriveAbility =
  | { readonly status: 'REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN'; readonly reason: null }
  | { readonly status: 'NOT_REDRIVABLE'; readonly reason: string };

/** What decides it. */
export interface RedriveFacts
  extends Pick<ExecutionRecord, 'machineId' | 'status' | 'createdAt' | 'endedAt'> {
  readonly kind: MachineType;
  /** Number of events in its history. */
  readonly events: number;
  readonly now: number;
}

const dayMs = 86_400_000;

/** How long after its end an execution can be redriven, in milliseconds. AWS quota. */
const redrivableMs = 14 * dayMs;

/** How long an execution may last, in milliseconds. AWS quota. */
const executionMsMax = 365 * dayMs;

/** Maximum number of events of an execution that is redriven: the redrive adds one. AWS quota. */
const eventsMax = 24_999;

/** Decides whether an execution can be redriven; the reasons are AWS's. Pure. */
export function findRedriveStatus(facts: RedriveFacts): RedriveAbility {
  const { machineId, kind, status, endedAt, now } = facts;
  if (isChildMachine(machineId)) return findChildStatus(facts);
  if (kind === 'EXPRESS') return refused('Execution type is EXPRESS and cannot be redriven');
  const shown = status === 'PENDING' || status === 'PENDING_REDRIVE' ? 'RUNNING' : status;
  if (endedAt === null || status === 'SUCCEEDED') {
    return refused(`Execution is ${shown} and cannot be redriven`);
  }
  if (facts.events > eventsMax) return refused('Execution history event limit exceeded');
  if (now - endedAt > redrivableMs) return refused('Execution redrivable period exceeded');
  if (now - facts.createdAt > executionMsMax) {
    return refused('Execution has exceeded the max execution time');
  }
  return { status: 'REDRIVABLE', reason: null };
}

/** A child is redriven with the run that it belongs to. */
function findChildStatus({ status, kind, endedAt, now, events }: RedriveFacts): RedriveAbility {
  if (endedAt === null || status === 'SUCCEEDED') {
    const shown = status === 'PENDING' ? 'RUNNING' : status;
    return refused(`Execution is ${shown} and cannot be redriven`);
  }
  if (kind === 'STANDARD' && events > eventsMax) {
    return refused('Execution history event limit exceeded');
  }
  if (now - endedAt > redrivableMs) return refused('Execution redrivable period exceeded');
  return { status: 'REDRIVABLE_BY_MAP_RUN', reason: null };
}

function refused(reason: string): RedriveAbility {
  return { status: 'NOT_REDRIVABLE', reason };
}

/** As {@link findRedriveStatus}, for an execution that was read. */
export async function readRedriveStatus(
  { store, clock }: Pick<AppContext, 'store' | 'clock'>,
  execution: ExecutionRecord,
): Promise<RedriveAbility> {
  const { id, machineId, machineVersion, status } = execution;
  // Nothing needs to be read of one that runs or succeeded.
  const isEnded = execution.endedAt !== null && status !== 'SUCCEEDED';
  const machine = isEnded ? await store.getMachine(machineId, machineVersion) : null;
  const events = isEnded ? await store.countEvents(id) : 0;
  return findRedriveStatus({
    ...execution,
    kind: machine?.kind ?? 'STANDARD',
    events,
    now: clock.now(),
  });
}
