/**
 * Finds the lines of JSON pointers in the source text of a document, JSON or YAML. It never fails:
 * a pointer that cannot be located has no line.
 */
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { parsePointer } from './json-pointer.ts';

/** Creates a function that returns the line of a pointer, from 1; for a field, that of its key. */
export function createLineFinder(text: string): (pointer: string) => number | undefined {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  return (pointer) => {
    const offset = findOffset(contents, parsePointer(pointer));
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
}

/** Returns the offset of the last of `keys` that exists. */
function findOffset(root: unknown, keys: readonly string[]): number | undefined {
  let node = root;
  let offset = startOffset(root);
  for (const key of keys) {
    const child = findChild(node, key);
    if (child === undefined) break;
    offset = startOffset(child.key) ?? offset;
    node = child.value;
  }
  return offset;
}

function findChild(node: unknown, key: string): { key: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const item: unknown = node.items[Number(key)];
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(node)) return undefined;
  return node.items.filter(isPair).findLast((pair) => {
    return isScalar(pair.key) && String(pair.key.value) === key;
  });
}

function startOffset(node: unknown): number | undefined {
  const { range } = (node ?? {}) as Partial<Node>;
  return range?.[0];
}
