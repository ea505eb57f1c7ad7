/** Parses templates of CloudFormation, SAM and Serverless: JSON, or YAML with tags of functions. */
import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { type Json, setOwn } from '../asl/json/json.ts';
import { isDeeperThan } from '../asl/json/json-depth.ts';
import { MillraceError } from '../errors.ts';

/** Maximum nesting of a template. */
const depthMax = 128;

/** Maximum number of values, with those that aliases repeat. */
const valuesMax = 1_000_000;

/**
 * Parses a template. `!Sub x` becomes `{"Fn::Sub": "x"}`, as in JSON. Throws MALFORMED_DOCUMENT
 * with the line.
 *
 * @param source the file's name
 */
export function parseTemplate(text: string, source: string): Json {
  const json = readJson(text);
  if (json !== undefined) return json;
  const document = parseDocument(text, { schema: 'core', logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem === undefined) return new TemplateReader(document, source).read();
  const [place] = problem.linePos ?? [];
  const where = place === undefined ? '' : `, line ${place.line}`;
  const [reason = ''] = problem.message.split('\n');
  throw malformed(source, `${where}: ${reason}`);
}

/** A template that is JSON is read as such: it may repeat a key, which YAML refuses. */
function readJson(text: string): Json | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return isDeeperThan(value, depthMax) ? undefined : value;
  } catch {
    // The parser of YAML says where it is wrong.
    return undefined;
  }
}

function malformed(source: string, reason: string): MillraceError {
  return new MillraceError('MALFORMED_DOCUMENT', `cannot read ${source}${reason}`, {
    fields: { source },
  });
}

class TemplateReader {
  readonly #document: Document.Parsed;
  readonly #source: string;
  #values = 0;

  constructor(document: Document.Parsed, source: string) {
    this.#document = document;
    this.#source = source;
  }

  read(): Json {
    return this.#toJson(this.#document.contents, 0);
  }

  #toJson(node: unknown, depth: number): Json {
    this.#values += 1;
    if (depth > depthMax || this.#values > valuesMax) {
      throw malformed(this.#source, ': it is nested too deeply, or too large');
    }
    if (isAlias(node)) return this.#toJson(node.resolve(this.#document), depth + 1);
    const value = this.#toPlain(node, depth);
    const tag = isMap(node) || isSeq(node) || isScalar(node) ? node.tag : undefined;
    return tag?.startsWith('!') && !tag.startsWith('!!') ? toCall(tag.slice(1), value) : value;
  }

  #toPlain(node: unknown, depth: number): Json {
    if (isSeq(node)) return node.items.map((item) => this.#toJson(item, depth + 1));
    if (isMap(node)) {
      const object: Record<string, Json> = {};
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '';
        setOwn(object, name, this.#toJson(value, depth + 1));
      }
      return object;
    }
    const value = isScalar(node) ? node.value : null;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : null;
  }
}

/** Writes the short form of a function as its long form. */
function toCall(name: string, argument: Json): Json {
  if (name === 'Ref' || name === 'Condition') return { [name]: argument };
  if (name !== 'GetAtt' || typeof argument !== 'string') return { [`Fn::${name}`]: argument };
  const dot = argument.indexOf('.');
  const parts = dot < 0 ? [argument] : [argument.slice(0, dot), argument.slice(dot + 1)];
  return { 'Fn::GetAtt': parts };
}
