/** A step that follows executions through the spans of functions. */
import type { FunctionSpan } from '../services/trace-receiver.ts';
import { findLeader, findWorkers } from './app-roles.ts';
import { stepFailure } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** Checks that the spans of an execution are one trace, over the leader, a queue and a worker. */
export const traceStep: ScenarioStep = {
  name: 'an execution is one trace over the leader, its queue and a worker',
  skipReason: ({ deployment }) => {
    return deployment.traces === null ? 'no function has a tracing layer' : null;
  },
  run: async ({ deployment }) => {
    const spans = deployment.traces?.spans ?? [];
    const leader = findLeader(deployment);
    const workers = findWorkers(deployment);
    const nameOf = (target: { deployed: { definition: { name: string } } }) =>
      target.deployed.definition.name;
    const workerNames = new Set(workers.map(nameOf));
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const runs = spans.filter(({ name, functionName }) => {
      return name.startsWith('execution ') && workerNames.has(functionName);
    });
    const led = runs.filter((run) => {
      const parent = byId.get(run.parentSpanId);
      return leader !== undefined && parent?.functionName === nameOf(leader);
    });
    if (led.length === 0) {
      throw stepFailure(
        `none of ${runs.length} spans of executions continues one of the leader; ${spans.length} ` +
          'spans were received',
      );
    }
    const queues = new Set(led.map(({ functionName }) => functionName));
    const ids = new Set(led.map(({ spanId }) => spanId));
    const inner = spans.filter(({ parentSpanId }) => ids.has(parentSpanId));
    for (const each of [...workers, ...(leader === undefined ? [] : [leader])]) {
      if (!spans.some(({ functionName }) => functionName === nameOf(each))) continue;
      deployment.coverage.record(each.id, 'sent spans');
    }
    return (
      `${led.length} of ${runs.length} runs continue a span of the leader, in ${queues.size} ` +
      `workers, ${countStates(inner)} states are a part of them; ${spans.length} spans`
    );
  },
};

function countStates(spans: readonly FunctionSpan[]): number {
  return spans.filter(({ name }) => name.startsWith('state ')).length;
}
