import type { MillraceProps } from './millrace-props.ts';

/** Returns the named props that are defined. */
export function pickDefined<Name extends keyof MillraceProps>(
  props: MillraceProps,
  ...names: readonly Name[]
): Pick<MillraceProps, Name> {
  const entries = names
    .filter((name) => props[name] !== undefined)
    .map((name) => [name, props[name]]);
  return Object.fromEntries(entries);
}
