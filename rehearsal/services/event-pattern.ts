/** The event patterns of EventBridge's rules. */
import { BlockList } from 'node:net';
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';

/**
 * Throws INVALID_CONFIGURATION for a pattern that EventBridge would refuse, or that has a filter
 * this model does not know: it could match too much, or nothing.
 */
export function checkPattern(pattern: JsonObject, where: string): void {
  if (Object.keys(pattern).length === 0) throw malformed(where, 'it is empty');
  for (const [key, value] of Object.entries(pattern)) {
    const at = `${where}/${key}`;
    if (key === '$or') {
      for (const [index, each] of alternatives(value, at).entries()) {
        checkPattern(each, `${at}/${index}`);
      }
    } else if (isObject(value)) {
      checkPattern(value, at);
    } else if (Array.isArray(value) && value.length > 0) {
      for (const filter of value) checkFilter(filter, at);
    } else {
      throw malformed(at, 'it is neither an object nor a non-empty list of values');
    }
  }
}

/** Whether an event matches a pattern that {@link checkPattern} accepts. */
export function matchesPattern(pattern: JsonObject, event: Json | undefined): boolean {
  // One object of a list must match the whole pattern below it.
  if (Array.isArray(event)) return event.some((each) => matchesPattern(pattern, each));
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or') {
      return alternatives(wanted, key).some((each) => matchesPattern(each, event));
    }
    const found = isObject(event) ? getOwn(event, key) : undefined;
    if (Array.isArray(wanted)) return wanted.some((filter) => passes(filter, found));
    return isObject(wanted) && matchesPattern(wanted, found);
  });
}

/** The filters that are objects with one key, by that key. */
const filters: Readonly<Record<string, (value: Json, found: Json) => boolean>> = {
  prefix: textFilter((text, found) => found.startsWith(text)),
  suffix: textFilter((text, found) => found.endsWith(text)),
  'equals-ignore-case': textFilter((text, found) => found.toLowerCase() === text.toLowerCase()),
  wildcard: textFilter((text, found) => wildcard(text).test(found)),
  'anything-but': (value, found) => typeof found !== 'object' && !isExcepted(value, found),
  numeric: (value, found) => typeof found === 'number' && isInRange(value, found),
  cidr: (value, found) => typeof found === 'string' && isInBlock(String(value), found),
};

function passes(filter: Json, found: Json | undefined): boolean {
  if (isObject(filter) && filter.exists !== undefined) {
    // The filter matches leaves only.
    return (found !== undefined && !isObject(found)) === filter.exists;
  }
  if (found === undefined) return false;
  if (Array.isArray(found)) return found.some((each) => passes(filter, each));
  if (!isObject(filter)) return filter === found;
  return Object.entries(filter).every(([name, value]) => filters[name]?.(value, found) ?? false);
}

/** Creates a filter for strings, whose value may ask to ignore case. */
function textFilter(matches: (text: string, found: string) => boolean) {
  return (value: Json, found: Json): boolean => {
    if (typeof found !== 'string') return false;
    if (typeof value === 'string') return matches(value, found);
    const folded = isObject(value) ? value['equals-ignore-case'] : undefined;
    return typeof folded === 'string' && matches(folded.toLowerCase(), found.toLowerCase());
  };
}

function isExcepted(value: Json, found: Json): boolean {
  const each = Array.isArray(value) ? value : [value];
  return each.some((one) => {
    if (!isObject(one)) return one === found;
    return Object.entries(one).some(([name, texts]) =>
      (Array.isArray(texts) ? texts : [texts]).some((text) => filters[name]?.(text, found)),
    );
  });
}

function isInRange(value: Json, found: number): boolean {
  const parts = Array.isArray(value) ? value : [];
  for (let index = 0; index < parts.length; index += 2) {
    if (!compares[String(parts[index])]?.(found, Number(parts[index + 1]))) return false;
  }
  return true;
}

const compares: Readonly<Record<string, (found: number, bound: number) => boolean>> = {
  '=': (found, bound) => found === bound,
  '<': (found, bound) => found < bound,
  '<=': (found, bound) => found <= bound,
  '>': (found, bound) => found > bound,
  '>=': (found, bound) => found >= bound,
};

function wildcard(text: string): RegExp {
  const escaped = text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 's');
}

function isInBlock(block: string, found: string): boolean {
  const [address = '', bits] = block.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return list.check(found, found.includes(':') ? 'ipv6' : 'ipv4');
}

function checkFilter(filter: Json, where: string): void {
  if (Array.isArray(filter)) throw malformed(where, 'a list contains a list');
  if (!isObject(filter)) return;
  const [name = '', ...more] = Object.keys(filter);
  if (more.length > 0) throw malformed(where, 'a filter has one key');
  if (name === 'exists') {
    if (typeof filter.exists !== 'boolean') throw malformed(where, 'exists is true or false');
  } else if (!Object.hasOwn(filters, name)) {
    const known = Object.keys(filters).join(', ');
    throw malformed(where, `there is no filter ${name}; supported: exists, ${known}`);
  } else if (name === 'numeric') {
    checkRange(filter.numeric ?? null, where);
  } else if (name === 'anything-but' && isObject(filter[name])) {
    checkFilter(filter[name] ?? null, where);
  }
}

function checkRange(value: Json, where: string): void {
  const parts = Array.isArray(value) ? value : [];
  const isGood = parts.every((part, index) =>
    index % 2 === 0 ? Object.hasOwn(compares, String(part)) : typeof part === 'number',
  );
  if (!isGood || parts.length === 0 || parts.length > 4 || parts.length % 2 !== 0) {
    throw malformed(where, 'numeric takes one or two comparisons: [">", 0, "<=", 5]');
  }
}

function alternatives(value: Json, where: string): JsonObject[] {
  const found = Array.isArray(value) ? value.filter(isObject) : [];
  if (found.length < 2) throw malformed(where, '$or takes a list of two patterns or more');
  return found;
}

function malformed(where: string, reason: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `not an event pattern, ${where}: ${reason}`, {
    fields: { where },
  });
}
