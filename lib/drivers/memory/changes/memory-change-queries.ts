import type { ChangeQueries, LiveTopic } from '../../../ports/store/change-queries.ts';
import { toStorableText } from '../../shared/storable.ts';
import { type MemoryTables, nameKey } from '../memory-tables.ts';

/** Whether things have changed, in memory. */
export function createMemoryChangeQueries(tables: MemoryTables): ChangeQueries {
  return {
    readFingerprints: async (topics) => topics.map((topic) => readFingerprint(tables, topic)),
  };
}

function readFingerprint(tables: MemoryTables, topic: LiveTopic): string {
  switch (topic.kind) {
    case 'batch':
      return describeBatch(tables, toStorableText(topic.id));
    case 'execution':
      return describeExecution(tables, topic);
    case 'workers':
      return describeWorkers(tables);
    case 'orders':
      return join([...tables.orders.values()].map((row) => JSON.stringify(row)));
    case 'alerts':
      return describeAlerts(tables);
    case 'queues':
      return describeWork(tables);
    case 'overview':
      return join([describeWork(tables), describeWorkers(tables), describeAlerts(tables)]);
  }
}

function describeBatch(tables: MemoryTables, id: string): string {
  const row = tables.batches.get(id);
  if (row === undefined) return '';
  const { leaderId: _, leaseEndsAt: __, leasedAt: ___, ...lasting } = row;
  const states = tables.figures.counts.get(`b:${id}`) ?? new Map();
  return join([
    JSON.stringify(lasting),
    JSON.stringify(tables.counters.get(id)),
    JSON.stringify([...states]),
  ]);
}

function describeExecution(
  { executions, idByName, history }: MemoryTables,
  topic: Extract<LiveTopic, { kind: 'execution' }>,
): string {
  const id =
    'id' in topic
      ? topic.id
      : (idByName.get(nameKey(toStorableText(topic.machineId), toStorableText(topic.name))) ?? '');
  const row = executions.get(id);
  if (row === undefined) return '';
  const { snapshot: _, input: __, output: ___, ...lasting } = row;
  return join([JSON.stringify(lasting), history.get(id)?.length]);
}

function describeWorkers({ leases, now }: MemoryTables): string {
  return join(
    [...leases].map(([id, { about, endsAt }]) => JSON.stringify([id, about, endsAt > now()])),
  );
}

function describeAlerts({ alerts }: MemoryTables): string {
  return join([...alerts.values()].map((alert) => JSON.stringify(alert)));
}

/** What begins and ends, without a look at every execution. */
function describeWork({ executions, open, batches, counters, archive }: MemoryTables): string {
  return join([
    executions.size,
    open.size,
    archive.size,
    ...[...batches.values()].map(({ id, status, reason }) => JSON.stringify([id, status, reason])),
    JSON.stringify([...counters]),
  ]);
}

function join(parts: readonly unknown[]): string {
  return `:${parts.join('|')}`;
}
