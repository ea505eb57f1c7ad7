/** The choices of `millrace init`, and the questions for those that no flag makes. */

/** The languages that a project can be written in. */
export const projectLanguages = Object.freeze(['ts', 'js'] as const);

/** The examples that a project can begin with. */
export const projectExamples = Object.freeze(['orders', 'csv'] as const);

/** What a new project consists of. */
export interface ProjectOptions {
  /** The name of its package. */
  readonly name: string;
  readonly language: (typeof projectLanguages)[number];
  readonly example: (typeof projectExamples)[number];
  /** Whether it has tests. */
  readonly tests: boolean;
  /** Whether it has a compose file with PostgreSQL and Redis. */
  readonly compose: boolean;
  /** Whether it can be rehearsed and deployed to AWS. */
  readonly cdk: boolean;
  /** What its package.json says where Millrace is: a version, or a file. */
  readonly millrace: string;
}

/** The choices that can be asked for. */
export type ProjectChoices = Pick<
  ProjectOptions,
  'language' | 'example' | 'tests' | 'compose' | 'cdk'
>;

/** The choices that are made where no flag and no answer says otherwise. */
const projectDefaults: ProjectChoices = Object.freeze({
  language: 'ts',
  example: 'orders',
  tests: true,
  compose: true,
  cdk: false,
});

/** Asks a question on the terminal, and returns the line of the answer. */
export type Ask = (question: string) => Promise<string>;

/**
 * Completes the choices of the flags: with answers where there is a terminal, else with defaults.
 * @param ask null where no one can answer
 */
export async function chooseProject(
  flags: Partial<ProjectChoices>,
  ask: Ask | null,
): Promise<ProjectChoices> {
  const given = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  ) as Partial<ProjectChoices>;
  // Who gives a flag knows the others, and a script must not wait for an answer.
  if (ask === null || Object.keys(given).length > 0) return { ...projectDefaults, ...given };
  const language = await choose(ask, 'TypeScript or JavaScript?', projectLanguages);
  const example = await choose(ask, 'Begin with orders, or with a CSV file?', projectExamples);
  const cdk = await confirm(ask, 'Add what deploys it to AWS, with the CDK?');
  return { ...projectDefaults, language, example, cdk };
}

/** Asks until the answer is one of the choices; an empty answer is the first. */
async function choose<Choice extends string>(
  ask: Ask,
  question: string,
  choices: readonly [Choice, ...Choice[]],
): Promise<Choice> {
  for (;;) {
    const answer = (await ask(`${question} (${choices.join('/')}, default ${choices[0]}) `))
      .trim()
      .toLowerCase();
    const found = answer === '' ? choices[0] : choices.find((choice) => choice === answer);
    if (found !== undefined) return found;
  }
}

async function confirm(ask: Ask, question: string): Promise<boolean> {
  const answer = (await ask(`${question} (y/N) `)).trim().toLowerCase();
  return answer === 'y' || answer === 'yes';
}
