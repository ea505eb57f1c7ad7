import type { DeliveryDeps } from '../sources/target-delivery.ts';
import type { Deployment } from './deployment.ts';

/** The parts of a deployment that deliveries need, and where they are recorded. */
export type DeliveryState = Pick<
  Deployment,
  'access' | 'backends' | 'coverage' | 'functions' | 'problems' | 'resourceIndex' | 'usedStatements'
>;

/** Connects deliveries of schedules and rules to the functions and queues of a deployment. */
export function createDeliveryDeps(state: DeliveryState): DeliveryDeps {
  const { access, backends, coverage, functions, problems, resourceIndex, usedStatements } = state;
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
      backends.fauxqs.sendMessage(arn.split(':').at(-1) ?? arn, body, {
        messageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      });
    },
    onDelivered: ({ resource, target }) => {
      coverage.record(resource, 'delivered to its target');
      const used = resourceIndex.findId(String(target.Arn));
      if (used !== undefined) coverage.record(used, `invoked by ${resource}`);
    },
    onProblem: ({ resource }, kind, message) => problems.add({ kind, resource, message }),
  };
}
