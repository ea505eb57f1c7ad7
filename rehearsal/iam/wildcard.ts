/** IAM's wildcards, pure: `*` is any text, `?` any character; everything else means itself. */

const compiled = new Map<string, RegExp>();

/** Whether all of `text` matches `pattern`, letter for letter. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Likewise for ARNs: each of the six parts by itself, so that no wildcard crosses a colon. */
export function matchesArn(pattern: string, arn: string): boolean {
  const [wanted, given] = [partsOf(pattern), partsOf(arn)];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => matchesWildcard(part, given[index] ?? ''))
  );
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
}
