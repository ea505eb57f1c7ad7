/** What the gate does with a request, before anything is done: who asks, for what, and may they? */
import type { AccessModel } from '../iam/access-model.ts';
import type { Principal } from '../iam/principal.ts';
import type { AwsRequest, Demand, ReadDemand } from './aws-request.ts';
import { eventsDemand } from './demands/events-demand.ts';
import { lambdaDemand, monitoringDemand, stsDemand } from './demands/further-demands.ts';
import { rdsDataDemand } from './demands/rds-data-demand.ts';
import { s3Demand } from './demands/s3-demand.ts';
import { schedulerDemand } from './demands/scheduler-demand.ts';
import { sqsDemand } from './demands/sqs-demand.ts';
import { keyNeeds } from './encryption-keys.ts';
import type { Permission } from './gate-call.ts';
import { deniedBy, type ServiceFailure, unknownKeyAt, unknownOperation } from './service-errors.ts';

/** Somebody who was given an access key. */
export interface Caller {
  /** For records and faults: `leader`. */
  readonly name: string;
  readonly principal: Principal;
}

/** What a judgement rests on. */
export interface AuthorizationContext {
  readonly access: AccessModel;
  /** The keys that encrypt what is kept, by the ARN of where it is kept. */
  readonly keys?: ReadonlyMap<string, string>;
}

/** What is to become of a request. */
export type Judgement =
  | { readonly kind: 'refused'; readonly operation: string; readonly failure: ServiceFailure }
  | {
      readonly kind: 'allowed';
      readonly caller: Caller;
      readonly operation: string;
      readonly permissions: readonly Permission[];
    }
  | {
      readonly kind: 'denied';
      readonly operation: string;
      readonly permissions: readonly Permission[];
      readonly failure: ServiceFailure;
    };

const readers: ReadonlyMap<string, ReadDemand> = new Map([
  ['sqs', sqsDemand],
  ['s3', s3Demand],
  ['rds-data', rdsDataDemand],
  ['scheduler', schedulerDemand],
  ['events', eventsDemand],
  ['lambda', lambdaDemand],
  ['sts', stsDemand],
  ['monitoring', monitoringDemand],
]);

/** Judges a request of `caller`, who is undefined when the access key is nobody's. */
export function judge(
  request: AwsRequest,
  caller: Caller | undefined,
  context: AuthorizationContext,
): Judgement {
  const { service } = request;
  const demand = readers.get(service)?.(request);
  const operation = demand?.operation ?? '?';
  if (caller === undefined) {
    return { kind: 'refused', operation, failure: unknownKeyAt(service) };
  }
  if (demand === undefined) {
    const asked = String(request.headers['x-amz-target'] ?? `${request.method} ${request.path}`);
    return { kind: 'refused', operation, failure: unknownOperation(service, asked) };
  }
  const permissions = decideAll(demand, caller, context);
  const denial = permissions.find(({ decision }) => !decision.allowed)?.decision;
  if (denial === undefined || denial.allowed) {
    return { kind: 'allowed', caller, operation, permissions };
  }
  return { kind: 'denied', operation, permissions, failure: deniedBy(service, denial.message) };
}

function decideAll(
  { needs }: Demand,
  { principal }: Caller,
  { access, keys }: AuthorizationContext,
): Permission[] {
  const all = needs.flatMap((need) => [need, ...keyNeeds(need, keys)]);
  return all.map((need) => ({ ...need, decision: access.decide({ ...need, principal }) }));
}
