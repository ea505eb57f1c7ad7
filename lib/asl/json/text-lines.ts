/**
 * Finds the line of a text that a JSON pointer leads to. It reads JSON and YAML alike, and never
 * fails: what it cannot find has no line.
 */
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { keysOf } from '../validate/aws-diagnostic.ts';

/** Answers the line, from 1, of what a pointer names; of a field, the line of its key. */
export function lineFinder(text: string): (pointer: string) => number | undefined {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  return (pointer) => {
    const offset = offsetOf(contents, keysOf(pointer));
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
}

/** Where the last of `keys` stands; where the way to it ends, when it is not there. */
function offsetOf(root: unknown, keys: readonly string[]): number | undefined {
  let node = root;
  let offset = startOf(root);
  for (const key of keys) {
    const child = childOf(node, key);
    if (child === undefined) break;
    offset = startOf(child.key) ?? offset;
    node = child.value;
  }
  return offset;
}

function childOf(node: unknown, key: string): { key: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const item: unknown = node.items[Number(key)];
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(node)) return undefined;
  return node.items.filter(isPair).findLast((pair) => {
    return isScalar(pair.key) && String(pair.key.value) === key;
  });
}

function startOf(node: unknown): number | undefined {
  const { range } = (node ?? {}) as Partial<Node>;
  return range?.[0];
}
