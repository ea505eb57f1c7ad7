/**
 * White space, brackets, wildcards, special and control characters, lone surrogates,
 * non-characters.
 */
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/**
 * Returns what is wrong with `name` as the name of a machine, an execution or an activity; null for
 * a valid name. The rule is that of Step Functions, so that what runs here also runs there.
 */
export function findNameProblem(name: unknown): string | null {
  if (typeof name !== 'string') return `expected a string as the name, found ${describeKind(name)}`;
  if (name.length < 1 || name.length > 80) {
    return `a name has 1 to 80 characters, found ${name.length}`;
  }
  const found = forbidden.exec(name);
  if (found === null) return null;
  return (
    'a name contains no white space, no control characters and none of <>{}[]?*"#%\\^|~`$&,;:/, ' +
    `found ${JSON.stringify(found[0])} at ${found.index}`
  );
}

function describeKind(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
