/** Shapes of requests as data: what a member holds, and its constraints in AWS's words. */

/** A text. */
export interface TextShape<Value extends string = string> {
  readonly kind: 'text';
  readonly min?: number;
  readonly max?: number;
  /** AWS's spelling, which the message shows. */
  readonly pattern?: { readonly shown: string; readonly matches: RegExp };
  readonly values?: readonly Value[];
  /** Whether a message leaves the value out, as AWS does with sensitive ones. @default false */
  readonly secret?: boolean;
}

/** A number. */
export interface NumberShape {
  readonly kind: 'integer' | 'decimal';
  readonly min?: number;
  readonly max?: number;
}

/** A list. */
export interface ListShape<Member extends MemberShape = MemberShape> {
  readonly kind: 'list';
  readonly member: Member;
  readonly min?: number;
  readonly max?: number;
}

/** Shapes by the names of members. */
export type Members = Readonly<Record<string, MemberShape>>;

/** An object; members that it does not name are ignored, so that newer clients work. */
export interface StructureShape<
  Required extends Members = Members,
  Optional extends Members = Members,
> {
  readonly kind: 'structure';
  readonly required: Required;
  readonly optional: Optional;
}

/** What a member of a request holds. */
export type MemberShape =
  | TextShape
  | NumberShape
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'list';
      readonly member: MemberShape;
      readonly min?: number;
      readonly max?: number;
    }
  | { readonly kind: 'structure'; readonly required: Members; readonly optional: Members };

/** The value that a shape describes. */
export type ValueOf<Described> =
  Described extends TextShape<infer Value>
    ? Value
    : Described extends NumberShape
      ? number
      : Described extends { readonly kind: 'boolean' }
        ? boolean
        : Described extends ListShape<infer Member>
          ? readonly ValueOf<Member>[]
          : Described extends StructureShape<infer Required, infer Optional>
            ? { readonly [Name in keyof Required]: ValueOf<Required[Name]> } & {
                readonly [Name in keyof Optional]?: ValueOf<Optional[Name]>;
              }
            : never;

/** Returns the shape of a text. */
export function textShape(limits: Omit<TextShape, 'kind' | 'values'>): TextShape {
  return { kind: 'text', ...limits };
}

/** Returns the shape of a text that is one of several words. */
export function choiceShape<const Value extends string>(
  ...values: readonly Value[]
): TextShape<Value> {
  return { kind: 'text', values };
}

/** Returns the shape of an integer. */
export function integerShape(min: number, max?: number): NumberShape {
  return { kind: 'integer', min, ...(max !== undefined && { max }) };
}

/** The shape of true and false. */
export const booleanShape = Object.freeze({ kind: 'boolean' } as const);

/** Returns the shape of a list. */
export function listShape<Member extends MemberShape>(
  member: Member,
  limits: { readonly min?: number; readonly max?: number } = {},
): ListShape<Member> {
  return { kind: 'list', member, ...limits };
}

/** Returns the shape of an object. */
export function structureShape<Required extends Members, Optional extends Members>(
  required: Required,
  optional: Optional,
): StructureShape<Required, Optional> {
  return { kind: 'structure', required, optional };
}
