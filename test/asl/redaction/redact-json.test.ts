/** Masked values in JSON texts: everything else stays letter for letter. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { redactJson } from '../../../lib/asl/redaction/redact-json.ts';
import { redactText } from '../../../lib/asl/redaction/redact-text.ts';
import { createRedactionRules } from '../../../lib/asl/redaction/redaction-rules.ts';
import fc from '../../support/properties.ts';

const secrets = createRedactionRules();
const mask = '"[redacted]"';

/** Redacts by paths alone. */
function byPaths(text: string, ...paths: string[]): string | null {
  return redactJson(text, { ...createRedactionRules(paths), keys: null });
}

describe('redactJson', () => {
  it('the values of secret keys are masked at any depth, whatever they are', () => {
    const text = '{"user":{"Password":"x","n":[{"API-Key":1},{"cvv":{"a":[1]}},{"x_token":null}]}}';

    expect(redactJson(text, secrets)).toBe(
      `{"user":{"Password":${mask},"n":[{"API-Key":${mask}},{"cvv":${mask}},{"x_token":${mask}}]}}`,
    );
  });

  it('a redacted text keeps numbers, escapes and white space letter for letter', () => {
    const text =
      ' {"id": 3544790567247868102.50e+3,\n\t"a": "\\u00e9\\"\\\\",  "secret" :  "s\\"x" , "z":[ ] }\n';

    expect(redactJson(text, secrets)).toBe(
      ` {"id": 3544790567247868102.50e+3,\n\t"a": "\\u00e9\\"\\\\",  "secret" :  ${mask} , "z":[ ] }\n`,
    );
  });

  it('an escape in a key does not hide it', () => {
    expect(redactJson('{"pass\\u0077ord":1}', secrets)).toBe(`{"pass\\u0077ord":${mask}}`);
  });

  it('a text without secrets is returned as it is, and one that is not JSON is not', () => {
    const text = '{"a": [1, {"b": true}], "c": "password"}';

    expect(redactJson(text, secrets)).toBe(text);
    for (const broken of ['', '{', '{"a":1', '[1,]', '{"a" 1}', 'nope', '1 2', '"x']) {
      expect([broken, redactJson(broken, secrets)]).toEqual([broken, null]);
    }
  });

  it('paths mask members, elements, all of them, and values at any depth', () => {
    const text = '{"card":{"no":1,"ok":true},"lines":[{"note":"a","n":1},{"note":"b"}]}';

    expect(byPaths(text, '$.card.*')).toBe(
      `{"card":{"no":${mask},"ok":${mask}},"lines":[{"note":"a","n":1},{"note":"b"}]}`,
    );
    expect(byPaths(text, '$.lines[*].note')).toBe(
      `{"card":{"no":1,"ok":true},"lines":[{"note":${mask},"n":1},{"note":${mask}}]}`,
    );
    expect(byPaths(text, "$['lines'][1]['note']")).toBe(
      `{"card":{"no":1,"ok":true},"lines":[{"note":"a","n":1},{"note":${mask}}]}`,
    );
    expect(byPaths(text, '$..note', '$.card.no')).toBe(
      `{"card":{"no":${mask},"ok":true},"lines":[{"note":${mask},"n":1},{"note":${mask}}]}`,
    );
    expect(byPaths('{"a":{"b":{"a":{"x":1}}}}', '$..a..x')).toBe(`{"a":{"b":{"a":{"x":${mask}}}}}`);
  });

  it('a deeply nested text neither exhausts the stack nor takes long', () => {
    const depth = 200_000;
    const text = `${'['.repeat(depth)}{"secret":1}${']'.repeat(depth)}`;

    const redacted = redactJson(text, secrets);

    expect(redacted).toBe(`${'['.repeat(depth)}{"secret":${mask}}${']'.repeat(depth)}`);
  });

  it('any document keeps what is not masked, and never shows what is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 1, 2), (text, indent) => {
        const formatted = JSON.stringify(JSON.parse(text), null, indent);

        expect(redactJson(formatted, secrets)).not.toBeNull();
        expect(JSON.parse(redactJson(formatted, secrets) ?? '')).toEqual(
          masked(JSON.parse(formatted)),
        );
      }),
    );
  });

  it('any document whose keys are secrets is masked', () => {
    const keys = fc.constantFrom('secret', 'a', 'b', 'authorization');
    const documents = fc.dictionary(keys, fc.dictionary(keys, fc.jsonValue()));
    fc.assert(
      fc.property(documents, (document) => {
        const redacted = redactJson(JSON.stringify(document), secrets);

        expect(JSON.parse(redacted ?? '')).toEqual(masked(JSON.parse(JSON.stringify(document))));
      }),
    );
  });
});

/** Masks the values of secret keys in a document. */
function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    secrets.keys?.test(key) ? '[redacted]' : masked(member),
  ]);
  return Object.fromEntries(entries);
}

describe('redactText', () => {
  it('JSON inside a text is masked, and the words around it are kept', () => {
    const text = 'The input {"a": 1, "password": "x"} and [{"token":2}] are wrong {so far}';

    expect(redactText(text, secrets)).toBe(
      `The input {"a": 1, "password": ${mask}} and [{"token":${mask}}] are wrong {so far}`,
    );
  });

  it('a text that is JSON as a whole is masked by paths, too', () => {
    expect(redactText('{"iban":"DE1"}', createRedactionRules(['$.iban']))).toBe(`{"iban":${mask}}`);
  });

  it('a text that was cut off inside its JSON shows no secret', () => {
    expect(redactText('failed: {"a":1,"password":"very long and cu', secrets)).toBe(
      `failed: {"a":1,"password":${mask}`,
    );
    expect(redactText('{"secret":{"a":"b"', secrets)).toBe(`{"secret":${mask}`);
  });

  it('JSON inside a string shows no secret', () => {
    const text = `error {"Cause":"{\\"password\\":\\"x\\",\\"n\\":1}", `;

    expect(redactText(text, secrets)).toBe(
      `error {"Cause":"{\\"password\\":\\"[redacted]\\",\\"n\\":1}", `,
    );
  });

  it('JSON in the strings of complete JSON shows no secret, and other strings stay as they are', () => {
    const body = JSON.stringify({ token: 'x', n: 1 });
    const text = JSON.stringify({ a: 'not {json} \u00e9', b: body, c: `x ${body} y` });

    const redacted = redactText(text, secrets);

    const masked = '{"token":"[redacted]","n":1}';
    expect(JSON.parse(redacted)).toEqual({
      a: 'not {json} \u00e9',
      b: masked,
      c: `x ${masked} y`,
    });
  });

  it('a text with many brackets is read a bounded number of times', () => {
    const text = '{'.repeat(200_000);

    expect(redactText(text, secrets)).toBe(text);
  });
});
