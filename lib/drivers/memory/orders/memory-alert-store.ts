import type {
  AlertEnd,
  AlertFacts,
  AlertRecord,
  AlertStore,
  AlertUpdate,
  NewAlert,
} from '../../../ports/store/alert-store.ts';
import { toStorableText } from '../../shared/storable.ts';
import { type MemoryTables, sortedBy } from '../memory-tables.ts';
import { queueDeliveries } from './delivery-rows.ts';

/** Maximum number of batches in the facts. */
const batchesMax = 100;

/** Alerts in memory. */
export function createMemoryAlertStore(tables: MemoryTables): AlertStore {
  return {
    listAlerts: async (limit, openOnly = false) => list(tables, limit, openOnly),
    openAlerts: async (alerts) => alerts.flatMap((alert) => open(tables, alert)),
    updateAlerts: async (changes) => {
      for (const change of changes) update(tables, change);
    },
    endAlerts: async (ends) => ends.flatMap((each) => end(tables, each)),
    pruneAlerts: async (retentionMs, limit) => prune(tables, retentionMs, limit),
    readAlertFacts: async (archivedWithinMs, archivedMax) =>
      readFacts(tables, archivedWithinMs, archivedMax),
  };
}

function list({ alerts }: MemoryTables, limit: number, openOnly: boolean): AlertRecord[] {
  const newest = sortedBy(
    sortedBy(alerts.values(), ({ id }) => id),
    ({ since }) => since,
  ).reverse();
  const opened = newest.filter(({ endedAt }) => endedAt === null);
  const ended = openOnly ? [] : newest.filter(({ endedAt }) => endedAt !== null);
  return [...opened, ...ended].slice(0, limit).map((alert) => ({ ...alert }));
}

function open(tables: MemoryTables, { deliveries, ...alert }: NewAlert): string[] {
  const rule = toStorableText(alert.rule);
  const subject = toStorableText(alert.subject);
  const isKnown = [...tables.alerts.values()].some(
    (row) =>
      row.id === alert.id || (row.endedAt === null && row.rule === rule && row.subject === subject),
  );
  if (isKnown) return [];
  const message = toStorableText(alert.message);
  const link = toStorableText(alert.link);
  tables.alerts.set(alert.id, { ...alert, rule, subject, message, link, endedAt: null });
  queueDeliveries(tables, deliveries);
  return [alert.id];
}

function update({ alerts }: MemoryTables, { id, severity, message }: AlertUpdate): void {
  const row = alerts.get(id);
  if (row?.endedAt !== null) return;
  alerts.set(id, { ...row, severity, message: toStorableText(message) });
}

function end(tables: MemoryTables, { id, at, deliveries }: AlertEnd): string[] {
  const row = tables.alerts.get(id);
  if (row?.endedAt !== null) return [];
  tables.alerts.set(id, { ...row, endedAt: at });
  queueDeliveries(tables, deliveries);
  return [id];
}

function prune({ alerts, now }: MemoryTables, retentionMs: number, limit: number): number {
  const old = [...alerts.values()].filter(
    ({ endedAt }) => endedAt !== null && endedAt < now() - retentionMs,
  );
  const gone = sortedBy(old, ({ endedAt }) => endedAt ?? 0).slice(0, limit);
  for (const { id } of gone) alerts.delete(id);
  return gone.length;
}

function readFacts(
  tables: MemoryTables,
  archivedWithinMs: number,
  archivedMax: number,
): AlertFacts {
  const open = [...tables.batches.values()].filter(
    ({ endedAt, machineId }) => endedAt === null && !machineId.includes('/'),
  );
  const newest = sortedBy(
    sortedBy(open, ({ id }) => id),
    ({ createdAt }) => createdAt,
  ).reverse();
  const from = tables.now() - archivedWithinMs;
  const archived = [...tables.archive.values()].filter(({ archivedAt }) => archivedAt >= from);
  return {
    batches: newest.slice(0, batchesMax).map(({ id, name, status, reason }) => {
      const { succeeded, failed, timedOut, aborted } = tables.getCounters(id);
      return {
        id,
        name,
        status: status === 'PAUSED' ? 'PAUSED' : 'RUNNING',
        reason,
        ended: succeeded + failed + timedOut + aborted,
        failed: failed + timedOut,
      };
    }),
    archived: Math.min(archived.length, archivedMax),
  };
}
