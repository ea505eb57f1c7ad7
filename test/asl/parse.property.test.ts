/** Parsing is the inverse of printing, in JSON and in YAML. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition, parseDocument } from '../../lib/asl/parse.ts';
import { definition } from '../fuzz/arbitrary-definition.ts';
import { oddJson } from '../fuzz/arbitrary-expression.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import fc from '../support/properties.ts';

/** Returns the document as JSON can represent it: `-0` is `0`. */
const written = (value: Json): Json => JSON.parse(JSON.stringify(value));

test('any document is parsed back from its text in JSON and in YAML', () => {
  fc.assert(
    fc.property(oddJson.map(written), (document) => {
      expect(parseDocument(JSON.stringify(document), { source: 'a.json' })).toEqual(document);
      expect(parseDocument(JSON.stringify(document, null, 2))).toEqual(document);
      const yaml = stringify(document, { lineWidth: 0 });
      expect(parseDocument(yaml, { source: 'a.yaml' })).toEqual(document);
    }),
  );
});

test('a valid definition is parsed to the document that was printed', () => {
  fc.assert(
    fc.property(definition.map(written), (document) => {
      const text = JSON.stringify(deepFreeze(document));
      const parsed = accepted(text);
      fc.pre(parsed !== undefined);
      expect(JSON.stringify(parsed)).toBe(text);
    }),
    { numRuns: 60 },
  );
});

function accepted(text: string): object | undefined {
  try {
    return parseDefinition(text);
  } catch {
    return undefined;
  }
}
