/**
 * Which topics have changed. The state of a topic is a fingerprint: a short text that differs after
 * a change. A token holds the fingerprints that a caller has seen, so that no process has to
 * remember a caller.
 */
import { createHash } from 'node:crypto';
import type { LiveTopics } from './live-topics.ts';

/** The fingerprints of topics, by the topic's text. */
export type Fingerprints = ReadonlyMap<string, string>;

/** Bytes of a topic, and of its fingerprint, in a token. */
const topicBytes = 4;
const fingerprintBytes = 6;
const entryBytes = topicBytes + fingerprintBytes;

/** Returns the token of a caller who has seen these fingerprints. */
export function toLiveToken(fingerprints: Fingerprints): string {
  const entries = [...fingerprints].flatMap(([topic, fingerprint]) => [
    digest(topic, topicBytes),
    digest(fingerprint, fingerprintBytes),
  ]);
  return Buffer.concat(entries).toString('base64url');
}

/** Returns the topics whose fingerprints differ from those of a token; all without a token. */
export function changedSince(fingerprints: Fingerprints, token: string | undefined): string[] {
  const seen = readToken(token ?? '');
  return [...fingerprints].flatMap(([topic, fingerprint]) => {
    const before = seen.get(digest(topic, topicBytes).toString('hex'));
    return before === digest(fingerprint, fingerprintBytes).toString('hex') ? [] : [topic];
  });
}

function readToken(token: string): Map<string, string> {
  const bytes = Buffer.from(token, 'base64url');
  const seen = new Map<string, string>();
  for (let start = 0; start + entryBytes <= bytes.length; start += entryBytes) {
    const middle = start + topicBytes;
    const topic = bytes.toString('hex', start, middle);
    seen.set(topic, bytes.toString('hex', middle, start + entryBytes));
  }
  return seen;
}

function digest(text: string, bytes: number): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, bytes);
}

/** Whether the depths of queues are part of what these topics show. */
export function showsDepths(topics: LiveTopics): boolean {
  return [...topics.values()].some(({ kind }) => kind === 'overview' || kind === 'queues');
}
