import type {
  AlertFacts,
  AlertRecord,
  AlertStore,
  WatchedBatch,
} from '../../../ports/store/alert-store.ts';
import { toStorableDeliveries, toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { endAlerts } from '../statements/alerts/end-alerts.ts';
import { openAlerts } from '../statements/alerts/open-alerts.ts';
import { pruneAlerts } from '../statements/alerts/prune-alerts.ts';
import { selectAlertFacts } from '../statements/alerts/select-alert-facts.ts';
import { selectAlerts } from '../statements/alerts/select-alerts.ts';
import { updateAlerts } from '../statements/alerts/update-alerts.ts';

/** Alerts in SQL. */
export function createSqlAlertStore(session: SqlSession): AlertStore {
  const idsOf = async (rows: Promise<{ readonly id: string }[]>) =>
    (await rows).map(({ id }) => id);
  return {
    listAlerts: (limit, openOnly = false) =>
      session.call<AlertRecord>(selectAlerts, { limit, openOnly }),
    openAlerts: async (alerts) => {
      if (alerts.length === 0) return [];
      const rows = alerts.map((alert) => ({
        ...alert,
        rule: toStorableText(alert.rule),
        subject: toStorableText(alert.subject),
        message: toStorableText(alert.message),
        link: toStorableText(alert.link),
        deliveries: toStorableDeliveries(alert.deliveries),
      }));
      const opened = new Set(await idsOf(session.call(openAlerts, { alerts: rows })));
      return alerts.map(({ id }) => id).filter((id) => opened.has(id));
    },
    updateAlerts: async (changes) => {
      if (changes.length === 0) return;
      await session.call(updateAlerts, {
        changes: changes.map((each) => ({ ...each, message: toStorableText(each.message) })),
      });
    },
    endAlerts: async (ends) => {
      if (ends.length === 0) return [];
      const rows = ends.map((end) => ({
        ...end,
        deliveries: toStorableDeliveries(end.deliveries),
      }));
      const ended = new Set(await idsOf(session.call(endAlerts, { ends: rows })));
      return ends.map(({ id }) => id).filter((id) => ended.has(id));
    },
    pruneAlerts: async (retentionMs, limit) =>
      (await session.call(pruneAlerts, { retentionMs, limit })).length,
    readAlertFacts: (archivedWithinMs, archivedMax) =>
      readFacts(session, archivedWithinMs, archivedMax),
  };
}

interface FactsRow extends Omit<WatchedBatch, 'id'> {
  /** Null in the only row of a store without open batches. */
  readonly id: string | null;
  readonly archived: number;
}

async function readFacts(
  session: SqlSession,
  archivedWithinMs: number,
  archivedMax: number,
): Promise<AlertFacts> {
  const fields = { archivedWithinMs, archivedMax };
  const rows = await session.call<FactsRow>(selectAlertFacts, fields);
  return {
    batches: rows.flatMap(({ id, archived: _, ...batch }) =>
      id === null ? [] : [{ id, ...batch }],
    ),
    archived: rows[0]?.archived ?? 0,
  };
}
