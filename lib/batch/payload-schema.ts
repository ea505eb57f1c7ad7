/** Schemas of payloads: those of zod, Valibot, ArkType and others, by what they have in common. */

/** A schema that follows the Standard Schema, version 1, as zod's do. */
export interface PayloadSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value: it has issues when the value does not match. */
export interface SchemaResult<Output> {
  readonly value?: Output;
  readonly issues?:
    | readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[]
    | undefined;
}

/** Returns why a JSON text does not match; null when it does. */
export type PayloadCheck = (text: string) => string | null;

/** Maximum number of issues that are reported. */
const issuesMax = 10;

/**
 * Creates the check of a schema. What a schema makes of a value, such as defaults, is not used: a
 * payload stays as it was sent.
 */
export function createPayloadCheck(schema: PayloadSchema): PayloadCheck {
  return (text) => {
    const result = schema['~standard'].validate(JSON.parse(text));
    if (result instanceof Promise) {
      // It is not awaited: a rejection must not end the process.
      result.catch(() => {});
      return 'its schema checks asynchronously, and payloads are checked at once: use a schema without asynchronous checks';
    }
    const { issues = [] } = result;
    if (issues.length === 0) return null;
    const reported = issues.slice(0, issuesMax).map(({ path = [], message }) => {
      const place = path.map((key) => String(typeof key === 'object' ? key.key : key)).join('.');
      return place === '' ? message : `${place}: ${message}`;
    });
    const more = issues.length - reported.length;
    return [...reported, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  };
}
