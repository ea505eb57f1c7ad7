/** What a look at a template, or a run of it, found wrong. */

/** One fault, with the resource that has it. */
export interface Finding {
  /** `STACK/LOGICAL_ID` */
  readonly resource: string;
  /** One sentence: what was expected, what was found, what to do. */
  readonly sentence: string;
}

/** As it is printed. */
export function findingText({ resource, sentence }: Finding): string {
  return `${resource}: ${sentence}`;
}
