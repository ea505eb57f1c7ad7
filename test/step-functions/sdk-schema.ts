/** The schema of Step Functions' API, as the SDK for JavaScript has it. */
import * as sdk from '@aws-sdk/client-sfn';

/** A schema of the SDK: a kind, a namespace, a name, traits, and more by kind. */
type SdkSchema = readonly [number, string, string, unknown, ...unknown[]];

/** An object of the API. */
export interface SdkStructure {
  readonly kind: 'structure';
  readonly members: ReadonlyMap<string, unknown>;
  readonly required: ReadonlySet<string>;
}

/** Numbers by which the SDK's schemas tell their kinds. */
const kinds = { list: 1, map: 2, structure: 3, operation: 9 } as const;

/** The numbers of simple schemas, and of lists of them. */
const simple = { text: 0, number: 1, boolean: 2, timestamp: 4 } as const;

/** All operations, with what they take and answer. */
export const sdkOperations: ReadonlyMap<string, { input: SdkStructure; output: SdkStructure }> =
  new Map(
    Object.values(sdk as Readonly<Record<string, unknown>>)
      .filter((each): each is SdkSchema => Array.isArray(each) && each[0] === kinds.operation)
      .map(([, , name, , input, output]) => [
        name,
        { input: toStructure(input), output: toStructure(output) },
      ]),
  );

/** Returns the structure that a schema, or a function that returns one, describes. */
export function toStructure(given: unknown): SdkStructure {
  const schema = resolve(given) as readonly unknown[];
  const [, , , , names, members, requiredCount = 0] = schema;
  const list = names as readonly string[];
  return {
    kind: 'structure',
    members: new Map(list.map((name, index) => [name, (members as unknown[])[index]])),
    required: new Set(list.slice(0, requiredCount as number)),
  };
}

/** What a member holds, in the words of the endpoint's shapes. */
export type SdkKind = 'text' | 'number' | 'boolean' | 'timestamp' | 'list' | 'map' | 'structure';

/** Returns the kind of a member's schema. */
export function kindOf(given: unknown): SdkKind {
  const schema = resolve(given);
  if (typeof schema === 'number') return kindOfNumber(schema);
  const [kind, , , , type] = schema as readonly unknown[];
  if (kind === 0) return kindOfNumber(type as number);
  if (kind === kinds.list) return 'list';
  return kind === kinds.map ? 'map' : 'structure';
}

/** Returns the schema of a list's members. */
export function listMemberOf(given: unknown): unknown {
  const schema = resolve(given);
  // A list of texts is a number of its own.
  if (typeof schema === 'number') return simple.text;
  return (schema as readonly unknown[])[4];
}

function kindOfNumber(schema: number): SdkKind {
  if (schema >= 64) return schema >= 128 ? 'map' : 'list';
  if (schema === simple.text) return 'text';
  if (schema === simple.number) return 'number';
  return schema === simple.boolean ? 'boolean' : 'timestamp';
}

/** A schema may be wrapped in a function, and again together with its traits. */
function resolve(given: unknown): unknown {
  let schema = given;
  for (let depth = 0; depth < 4; depth += 1) {
    if (typeof schema === 'function') schema = schema();
    else if (Array.isArray(schema) && schema.length === 2) [schema] = schema;
    else break;
  }
  return schema;
}

/** Returns what the SDK's schema does not allow in an answer, each as a sentence. */
export function faultsOfAnswer(operation: string, body: unknown): string[] {
  const output = sdkOperations.get(operation)?.output;
  return output === undefined ? [`no operation ${operation}`] : faultsOf(output, body, operation);
}

function faultsOf({ members, required }: SdkStructure, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: expected an object`];
  const missing = [...required].filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const schema = members.get(name);
      const place = `${path}.${name}`;
      return schema === undefined ? [`${place}: unknown`] : faultsOfMember(schema, member, place);
    }),
  ];
}

function faultsOfMember(schema: unknown, value: unknown, path: string): string[] {
  const kind = kindOf(schema);
  switch (kind) {
    case 'structure':
      return faultsOf(toStructure(schema), value, path);
    case 'list':
      if (!Array.isArray(value)) return [`${path}: expected a list`];
      return value.flatMap((each, index) =>
        faultsOfMember(listMemberOf(schema), each, `${path}[${index}]`),
      );
    case 'map':
      return typeof value === 'object' && value !== null ? [] : [`${path}: expected a map`];
    default: {
      const wanted = { text: 'string', number: 'number', timestamp: 'number', boolean: 'boolean' };
      return typeof value === wanted[kind] ? [] : [`${path}: expected ${kind}`];
    }
  }
}
