/** Wildcards of IAM: `*` matches any text, `?` any character. */

const compiled = new Map<string, RegExp>();

/** Whether the whole text matches a pattern, case included. */
export function matchesIamWildcard(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Whether an ARN matches a pattern, part by part: no wildcard spans a colon between two parts. */
export function matchesArn(pattern: string, arn: string): boolean {
  const [wanted, given] = [splitArn(pattern), splitArn(arn)];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => matchesIamWildcard(part, given[index] ?? ''))
  );
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
}
