import type * as z from 'zod';

/**
 * One operation of the HTTP API. Routes, checks, the OpenAPI document, the table in the
 * documentation and the types of callers derive from it. GET reads; any other method may change
 * something.
 */
export interface Operation {
  /**
   * What the caller's role must allow: `read` (reader), `operate` (operator) or `own` (owner).
   */
  readonly needs: 'read' | 'operate' | 'own';
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A path with its parameters in braces: `/v1/batches/{batchId}`. */
  readonly path: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** The query parameters. @default none */
  readonly query?: z.ZodObject;
  /** The JSON body. @default none */
  readonly body?: z.ZodType;
  /**
   * The members of the body that are documents: they reach the operation letter for letter.
   * @default none
   */
  readonly documents?: readonly string[];
  readonly reply: z.ZodType;
  /** Whether the reply is text instead of JSON: its `text` is sent, and `headers`. @default JSON */
  readonly repliesText?: true;
  /**
   * Whether the reply is a file that is sent while it is made, in one of these media types.
   * @default JSON
   */
  readonly repliesFile?: readonly string[];
  /** Whether it answers 201, unless the reply has `created: false`. @default 200 */
  readonly creates?: true;
}

/** The parameter names of a path. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The request of an operation, checked and with its defaults. */
export interface RequestOf<Given extends Operation> {
  readonly params: { readonly [Name in NamesIn<Given['path']>]: string };
  readonly query: Given extends { readonly query: infer Query extends z.ZodType }
    ? Readonly<z.output<Query>>
    : Readonly<Record<never, never>>;
  readonly body: Given extends { readonly body: infer Body extends z.ZodType }
    ? z.output<Body>
    : undefined;
}

/** The reply of an operation. */
export type ReplyOf<Given extends Operation> = z.input<Given['reply']>;

/** Returns the parameter names of `path`, in order. */
export function paramsIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
}
