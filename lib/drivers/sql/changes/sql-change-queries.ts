import type { ChangeQueries, LiveTopic } from '../../../ports/store/change-queries.ts';
import { isUuid, toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { selectFingerprints } from '../statements/changes/select-fingerprints.ts';

/** Whether things have changed, in SQL. */
export function createSqlChangeQueries(session: SqlSession): ChangeQueries {
  return {
    readFingerprints: async (topics) => {
      if (topics.length === 0) return [];
      const fields = { topics: topics.map(toTopicDocument) };
      const rows = await session.call<{ fingerprint: string }>(selectFingerprints, fields);
      return rows.map(({ fingerprint }) => fingerprint);
    },
  };
}

/** An id that is no UUID cannot be an execution's: it is left out, and finds nothing. */
function toTopicDocument(topic: LiveTopic): object {
  if (topic.kind === 'batch') return { kind: topic.kind, id: toStorableText(topic.id) };
  if (topic.kind !== 'execution') return topic;
  if ('id' in topic) {
    const { kind, id } = topic;
    return isUuid(id) ? { kind, executionId: id } : { kind };
  }
  const { kind, machineId, name } = topic;
  return { kind, machineId: toStorableText(machineId), name: toStorableText(name) };
}
