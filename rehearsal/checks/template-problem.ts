/** A problem that shows in the templates, before anything runs. */
export interface TemplateProblem {
  /** The resource that has the problem: `STACK/LOGICAL_ID`. */
  readonly resource: string;
  /** One sentence: what was expected, what was found, what to do. */
  readonly message: string;
}

/** Formats a problem as one line. */
export function formatTemplateProblem({ resource, message }: TemplateProblem): string {
  return `${resource}: ${message}`;
}
