/** Returns the named props that are defined. */
export function pickDefined<Props extends object, Name extends keyof Props>(
  props: Props,
  ...names: readonly Name[]
): Pick<Props, Name> {
  const entries = names
    .filter((name) => props[name] !== undefined)
    .map((name) => [name, props[name]]);
  return Object.fromEntries(entries);
}
