import type { ProxiedCall } from '../aws-proxy/proxied-call.ts';
import type { Deployment } from './deployment.ts';

/** Records which resources a call used, and which permission it lacked. */
export function recordCall(deployment: Deployment, call: ProxiedCall): void {
  const { coverage, usedStatements, resourceIndex, eventBridge } = deployment;
  const caller = call.caller ?? 'an unknown caller';
  for (const { action, resource, decision } of call.permissions) {
    if (!decision.allowed) continue;
    if (decision.by !== undefined) usedStatements.add(decision.by);
    const used = resourceIndex.findId(resource);
    // Most receives of a poller find nothing; it records itself those that find messages.
    if (used !== undefined && action !== 'sqs:ReceiveMessage') {
      coverage.record(used, `${action} by ${caller}`);
    }
  }
  if (call.created !== undefined) eventBridge.onObjectCreated(call.created);
  if (call.outcome === 'denied' || call.outcome === 'refused') {
    reportRefusal(deployment, call, caller);
  }
}

function reportRefusal(
  { problems, resolution }: Deployment,
  call: ProxiedCall,
  caller: string,
): void {
  const denied = call.permissions.find(({ decision }) => !decision.allowed);
  const reason = call.message ?? `${call.service}:${call.operation} was refused`;
  const remedy =
    denied === undefined
      ? 'the rehearsal does not know this call'
      : `let its role ${denied.action} on ${denied.resource}`;
  problems.add({
    kind: call.outcome === 'denied' ? 'denied' : 'refused',
    resource: resolution.resources.find(({ logicalId }) => logicalId === caller)?.id ?? caller,
    message: `${reason}: ${remedy}`,
  });
}
