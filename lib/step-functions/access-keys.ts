/** The keys with which callers sign requests, and the file that lists them. */
import { isObject, type Json } from '../asl/json/json.ts';
import { MillraceError } from '../errors.ts';

/** A key with which callers sign requests. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Who holds it, for the log. */
  readonly name: string;
  /** Whether it may only read. */
  readonly readOnly: boolean;
}

/**
 * Parses a list of keys: `[{"accessKeyId": …, "secretAccessKey": …, "name": …, "readOnly": true}]`.
 * Throws INVALID_CONFIGURATION, whose message holds no secret.
 */
export function parseAccessKeys(json: string, source: string): AccessKey[] {
  const document = parse(json);
  if (!Array.isArray(document)) throw invalidKeys(source, 'expected a JSON list');
  const keys = document.map((entry, index) => readKey(entry, index, source));
  if (keys.length === 0) throw invalidKeys(source, 'expected at least one key, found none');
  const ids = new Set(keys.map(({ accessKeyId }) => accessKeyId));
  if (ids.size < keys.length) throw invalidKeys(source, 'expected each accessKeyId once');
  return keys;
}

/** The parser's message is not shown: it quotes the text, which holds secrets. */
function parse(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

const idPattern = /^[\w+/=.@-]{1,128}$/;
const knownMembers = new Set(['accessKeyId', 'secretAccessKey', 'name', 'readOnly']);

function readKey(entry: Json, index: number, source: string): AccessKey {
  const fault = (problem: string) => invalidKeys(source, `key ${index}: ${problem}`);
  if (!isObject(entry)) throw fault('expected an object');
  const { accessKeyId, secretAccessKey, name = accessKeyId, readOnly = false } = entry;
  if (typeof accessKeyId !== 'string' || !idPattern.test(accessKeyId)) {
    throw fault('expected an accessKeyId of letters and digits');
  }
  if (typeof secretAccessKey !== 'string' || secretAccessKey === '') {
    throw fault('expected a secretAccessKey');
  }
  if (typeof name !== 'string' || name === '') throw fault('expected a text as the name');
  if (typeof readOnly !== 'boolean') throw fault('expected true or false as readOnly');
  const unknown = Object.keys(entry).find((member) => !knownMembers.has(member));
  // A misspelt readOnly would be a key that may change everything.
  if (unknown !== undefined) throw fault(`unknown member '${unknown.slice(0, 40)}'`);
  return { accessKeyId, secretAccessKey, name, readOnly };
}

function invalidKeys(source: string, problem: string): MillraceError {
  const shape = '[{"accessKeyId": "…", "secretAccessKey": "…", "name": "…", "readOnly": false}]';
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `${source} must be a list of access keys, ${shape}; ${problem}`,
    { fields: { source } },
  );
}
