import type { FindStore, FoundEntry } from '../../../ports/store/find-store.ts';
import { prefixEnd } from '../../shared/execution-filter.ts';
import { firstOfEachKind } from '../../shared/first-of-each-kind.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { findEntries } from '../statements/search/find-entries.ts';
import { idRange } from './id-range.ts';

/** Finds things by name in SQL, by one statement. */
export function createSqlFindStore(session: SqlSession): FindStore {
  return { find: (text, limit) => find(session, toStorableText(text), limit) };
}

async function find(session: SqlSession, text: string, limit: number): Promise<FoundEntry[]> {
  const ids = idRange(text.toLowerCase());
  const colon = text.lastIndexOf(':');
  const name = colon < 0 ? null : text.slice(colon + 1);
  const rows = await session.call<FoundEntry>(findEntries, {
    text,
    textEnd: endOf(text),
    fromId: ids?.from ?? null,
    toId: ids?.to ?? null,
    machineId: colon < 0 ? null : text.slice(0, colon),
    name,
    nameEnd: name === null ? null : endOf(name),
    limit,
  });
  return firstOfEachKind(rows, limit);
}

/** Only texts of the last of all characters have no text after them; names cannot have it. */
function endOf(text: string): string {
  return prefixEnd(text) ?? '\u{10FFFF}\u{10FFFF}';
}
