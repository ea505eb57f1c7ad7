/**
 * What there is to say of one operation: where it is asked, what it is given, what it answers.
 * Routes, the OpenAPI document, the documentation's table and the types of callers are all read off
 * it.
 */
import type * as z from 'zod';

/** One operation. GET reads; whatever has another method may change something. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Where: `/v1/batches/{batchId}`. */
  readonly path: string;
  /** What it does, in one sentence without its stop. */
  readonly summary: string;
  /** The parameters behind `?`. @default none are taken */
  readonly query?: z.ZodObject;
  /** The JSON document that it is given. @default none is taken */
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
  /** Answers 201, unless the reply says that it was there already. @default 200 */
  readonly creates?: true;
}

/** The names in the braces of a path. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** What an operation is given, checked and with its defaults. */
export interface RequestOf<Asked extends Operation> {
  readonly params: { readonly [Name in NamesIn<Asked['path']>]: string };
  readonly query: Asked extends { readonly query: infer Query extends z.ZodType }
    ? Readonly<z.output<Query>>
    : Readonly<Record<never, never>>;
  readonly body: Asked extends { readonly body: infer Body extends z.ZodType }
    ? z.output<Body>
    : undefined;
}

/** What it answers. */
export type ReplyOf<Asked extends Operation> = z.input<Asked['reply']>;

/** The names in the braces of `path`, in order. */
export function paramsIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
}
