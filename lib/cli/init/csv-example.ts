import type { ProjectExample } from './project-example.ts';
import { testOpening, typesOnly } from './project-example.ts';
import type { ProjectOptions } from './project-options.ts';

/** The rows of a CSV file, checked and summed up: transformers, the archive, own figures. */
export const csvExample: ProjectExample = Object.freeze({
  batch: 'readings',
  purpose: 'checks and bills the meter readings in readings.csv',
  definition: 'reading.asl.json',
  execution: 'reading:M-103',
  files: ({ language, tests }: Pick<ProjectOptions, 'language' | 'tests'>) => {
    const ts = typesOnly(language);
    return {
      'reading.asl.json': definition,
      'readings.csv': items,
      [`handlers.${language}`]: handlersOf(ts),
      [`millrace.config.${language}`]: configOf(ts, language),
      ...(tests && { [`reading.test.${language}`]: testOf(language) }),
    };
  },
});

const definition = `{
  "Comment": "Checks the reading of a meter, and bills what was used",
  "StartAt": "Check",
  "States": {
    "Check": {
      "Type": "Task",
      "Resource": "checkReading",
      "Next": "Used anything"
    },
    "Used anything": {
      "Type": "Choice",
      "Choices": [{ "Variable": "$.used", "NumericGreaterThan": 0, "Next": "Bill" }],
      "Default": "Nothing to bill"
    },
    "Bill": {
      "Type": "Task",
      "Resource": "bill",
      "End": true
    },
    "Nothing to bill": {
      "Type": "Pass",
      "Parameters": { "meter.$": "$.meter", "cents": 0 },
      "End": true
    }
  }
}
`;

const items = `meter,before,after
M-101,1200,1460
M-102,80,80
M-103,950,9O1
M-104,10,610
`;

function handlersOf(ts: (text: string) => string): string {
  const types = ts(`import type { Json } from 'millrace';

interface Reading {
  readonly meter: string;
  readonly before: number;
  readonly after: number;
}

`);
  return `${types}class InvalidReading extends Error {
  name = 'InvalidReading';
}

/** Makes the input of an execution from a row of the file: its fields are texts. */
export function toReading(row${ts(': Json')})${ts(': Json')} {
  const { meter, before, after } = row${ts(' as Record<string, string>')};
  return { meter${ts(": meter ?? ''")}, before: Number(before), after: Number(after) };
}

/** Called by the state Check. An invalid reading fails at once: see nonRetryableErrors. */
export async function checkReading({ meter, before, after }${ts(': Reading')}) {
  if (!(after >= before)) throw new InvalidReading(\`\${meter} was read as \${after} after \${before}\`);
  return { meter, used: after - before };
}

/** Called by the state Bill. */
export async function bill({ meter, used }${ts(': { meter: string; used: number }')}) {
  return { meter, cents: used * 31 };
}
`;
}

function configOf(ts: (text: string) => string, language: string): string {
  return `import { ${ts('type BatchMember, ')}defineConfig } from 'millrace';
import { bill, checkReading, toReading } from './handlers.${language}';

export default defineConfig({
  machines: {
    reading: { definition: './reading.asl.json', nonRetryableErrors: ['InvalidReading'] },
  },
  handlers: { bill, checkReading },
  transformers: { toReading },
  batches: {
    readings: {
      machine: 'reading',
      source: { kind: 'csv', path: './readings.csv' },
      // A second run of the same file leaves out the names that it has seen: give each night a file.
      item: { name: '$.meter', input: 'toReading' },
      // One reading of the file is invalid; with two the batch would be FAILED.
      options: { toleratedFailureCount: 1 },
      summarize,
    },
  },
});

/** Adds figures of your own to the summary of the batch. */
async function summarize(executions${ts(': AsyncIterable<BatchMember>')}) {
  let billedCents = 0;
  for await (const { output } of executions) {
    const { cents = 0 } = ${ts('(')}output ?? {}${ts(') as { cents?: number }')};
    billedCents += cents;
  }
  return { billedCents };
}
`;
}

function testOf(language: ProjectOptions['language']): string {
  return `${testOpening(language, 'reading')}
test('what was used is billed', async () => {
  const run = await machine.run({ meter: 'T-1', before: 10, after: 20 });

  run.assertSucceeded({ meter: 'T-1', cents: 310 });
});

test('a meter that was not used is not billed', async () => {
  const run = await machine.run({ meter: 'T-2', before: 10, after: 10 });

  run.assertPath(['Check', 'Used anything', 'Nothing to bill']);
});

test('a reading that went down is invalid', async () => {
  const run = await machine.run({ meter: 'T-3', before: 20, after: 10 });

  run.assertFailed('InvalidReading');
});
`;
}
