import type { MetricDefinition } from './metric-definition.ts';

/** How long a value of the leader's meter is reported, in milliseconds: four of its ticks. */
const meteredMs = 60_000;

/** Maximum number of limits that metrics tell apart; further ones count as `other`. Never a key. */
const limitLabelsMax = 100;

/** Metrics of limits, over all of their keys. */
export const limitMetrics = {
  limitInUse: {
    name: 'millrace_limit_in_use',
    type: 'gauge',
    unit: 'none',
    help: 'Permits of a concurrency limit that are in use, over all keys.',
    labels: { limit: limitLabelsMax },
    maxAgeMs: meteredMs,
    panel: { row: 'Queues', title: 'Limits: in use', by: ['limit'] },
  },
  limitWaiting: {
    name: 'millrace_limit_waiting',
    type: 'gauge',
    unit: 'none',
    help: 'Executions and calls that wait for a limit, over all keys.',
    labels: { limit: limitLabelsMax },
    maxAgeMs: meteredMs,
    panel: { row: 'Queues', title: 'Limits: waiting', by: ['limit'] },
  },
  limitOldest: {
    name: 'millrace_limit_oldest_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the first of those that wait for a limit has waited; 0 when none waits.',
    labels: { limit: limitLabelsMax },
    maxAgeMs: meteredMs,
    panel: { row: 'Queues', title: 'Limits: longest wait', by: ['limit'] },
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
