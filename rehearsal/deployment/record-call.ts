/** What a call at the gate shows: which resources were used by whom, and what is missing. */
import type { GateCall } from '../aws-proxy/gate-call.ts';
import type { Deployment } from './deployment.ts';

/** Takes a call in. */
export function recordCall(deployment: Deployment, call: GateCall): void {
  const { evidence, usedStatements } = deployment;
  const caller = call.caller ?? 'somebody unknown';
  for (const { action, resource, decision } of call.permissions) {
    if (!decision.allowed) continue;
    if (decision.by !== undefined) usedStatements.add(decision.by);
    const used = deployment.resourceAt(resource);
    // Most receives of a poller find nothing; what they find, it tells itself.
    if (used !== undefined && action !== 'sqs:ReceiveMessage')
      evidence.note(used, `${action} by ${caller}`);
  }
  if (call.created !== undefined) deployment.services.objectCreated(call.created);
  if (call.outcome === 'denied' || call.outcome === 'refused')
    tellRefusal(deployment, call, caller);
}

function tellRefusal({ troubles, resolution }: Deployment, call: GateCall, caller: string): void {
  const denied = call.permissions.find(({ decision }) => !decision.allowed);
  const asker = functionNamed(resolution, caller) ?? caller;
  const said = call.message ?? `${call.service}:${call.operation} was refused`;
  const mend =
    denied === undefined
      ? 'the rehearsal does not know this call'
      : `let its role ${denied.action} on ${denied.resource}`;
  const kind = call.outcome === 'denied' ? 'denied' : 'refused';
  troubles.add({ kind, resource: asker, sentence: `${said}: ${mend}` });
}

function functionNamed({ resources }: Deployment['resolution'], logicalId: string) {
  return resources.find((each) => each.logicalId === logicalId)?.id;
}
