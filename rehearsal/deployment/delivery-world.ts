/** What deliveries of schedules and rules reach in a deployment. */
import type { DeliveryContext } from '../sources/target-delivery.ts';
import type { Deployment } from './deployment.ts';

/** See this file's head. */
export function deliveryContext(deployment: Deployment): DeliveryContext {
  const { access, evidence, troubles, functions, backends, usedStatements } = deployment;
  return {
    decide: (request) => {
      const decision = access.decide(request);
      if (decision.allowed && decision.by !== undefined) usedStatements.add(decision.by);
      return decision;
    },
    invokeLater: (arn, payload) => {
      const target = functions.get(arn);
      return target === undefined ? 'no function' : target.events.accept(payload);
    },
    send: (arn, body, attributes) => {
      backends.queues.sendMessage(arn.split(':').at(-1) ?? arn, body, {
        messageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      });
    },
    onDelivered: ({ resource, target }) => {
      evidence.note(resource, 'delivered to its target');
      const used = deployment.resourceAt(String(target.Arn));
      if (used !== undefined) evidence.note(used, `invoked by ${resource}`);
    },
    onTrouble: ({ resource }, kind, sentence) => troubles.add({ kind, resource, sentence }),
  };
}
