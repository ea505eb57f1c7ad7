import { MillraceError } from '../../errors.ts';
import type { LiveTopic } from '../../ports/store/change-queries.ts';

/** Topics by their text. */
export type LiveTopics = ReadonlyMap<string, LiveTopic>;

/** Topics without an id. */
const plainKinds = ['overview', 'queues', 'workers', 'orders', 'alerts'] as const;

/** Maximum number of topics of one caller. */
const topicsMax = 50;

/**
 * Parses topics: `overview`, `queues`, `workers`, `orders`, `alerts`, `batch:ID`, `execution:ID` or
 * `execution:MACHINE:NAME`, separated by commas; a comma in an id is written %2C. Throws
 * INVALID_ARGUMENT.
 */
export function parseTopics(text: string): LiveTopics {
  const topics = new Map(text.split(',').map((entry) => [entry, parseTopic(entry)] as const));
  if (topics.size > topicsMax) {
    throw invalid(`at most ${topicsMax} topics`, String(topics.size));
  }
  return topics;
}

function parseTopic(text: string): LiveTopic {
  const plain = plainKinds.find((kind) => kind === text);
  if (plain !== undefined) return { kind: plain };
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(0, colon));
  const id = decode(text.slice(colon + 1));
  if (id !== '' && kind === 'batch') return { kind, id };
  if (id !== '' && kind === 'execution') return toExecutionTopic(id);
  const expected = `${plainKinds.join(', ')}, batch:ID or execution:ID`;
  throw invalid(expected, `'${text.slice(0, 100)}'`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toExecutionTopic(id: string): LiveTopic {
  const colon = id.lastIndexOf(':');
  if (colon === -1) return { kind: 'execution', id };
  return { kind: 'execution', machineId: id.slice(0, colon), name: id.slice(colon + 1) };
}

function invalid(expected: string, found: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', `topics: expected ${expected}; found ${found}`);
}
