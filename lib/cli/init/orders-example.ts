import type { ProjectExample } from './project-example.ts';
import { testOpening, typesOnly } from './project-example.ts';
import type { ProjectOptions } from './project-options.ts';

/** Orders that are charged and shipped, or cancelled: `Retry`, `Catch`, priorities. */
export const ordersExample: ProjectExample = Object.freeze({
  batch: 'orders',
  purpose: 'charges and ships the orders in orders.jsonl',
  definition: 'order.asl.json',
  execution: 'order:A-2',
  files: ({ language, tests }: Pick<ProjectOptions, 'language' | 'tests'>) => {
    const ts = typesOnly(language);
    return {
      'order.asl.json': definition,
      'orders.jsonl': items,
      [`handlers.${language}`]: handlersOf(ts),
      [`millrace.config.${language}`]: configOf(language),
      ...(tests && { [`order.test.${language}`]: testOf(language) }),
    };
  },
});

const definition = `{
  "Comment": "Charges an order, and ships it or cancels it",
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Task",
      "Resource": "charge",
      "TimeoutSeconds": 30,
      "Retry": [{ "ErrorEquals": ["CardServiceBusy"], "IntervalSeconds": 1, "MaxAttempts": 3 }],
      "Catch": [{ "ErrorEquals": ["CardRefused"], "ResultPath": "$.problem", "Next": "Cancel" }],
      "ResultPath": "$.charge",
      "Next": "Ship"
    },
    "Ship": {
      "Type": "Task",
      "Resource": "ship",
      "End": true
    },
    "Cancel": {
      "Type": "Pass",
      "Parameters": { "order.$": "$.id", "outcome": "cancelled", "why.$": "$.problem.Error" },
      "End": true
    }
  }
}
`;

const items = `{"id": "A-1", "cents": 1999, "priority": "default"}
{"id": "A-2", "cents": 250000, "priority": "critical"}
{"id": "A-3", "cents": 700, "priority": "low"}
`;

function handlersOf(ts: (text: string) => string): string {
  const types = ts(`import type { HandlerContext } from 'millrace';

interface Order {
  readonly id: string;
  readonly cents: number;
}

interface Charged extends Order {
  readonly charge: { readonly receipt: string };
}

`);
  return `${types}class CardRefused extends Error {
  name = 'CardRefused';
}

class CardServiceBusy extends Error {
  name = 'CardServiceBusy';
}

/** Called by the state Charge. What it throws is matched by its name: see Retry and Catch there. */
export async function charge(order${ts(': Order')}, context${ts(': HandlerContext')}) {
  if (order.cents > 100_000) throw new CardRefused(\`\${order.cents} cents are over the limit\`);
  // The first call for this order fails, as services do at times; the state's Retry calls again.
  if (order.cents < 1_000 && context.retryCount === 0) throw new CardServiceBusy('try again');
  // After a crash this may run twice, with the same key: pass it on to the service.
  return { receipt: \`receipt of \${order.id}\`, key: context.idempotencyKey };
}

/** Called by the state Ship. What it returns is the output of the execution. */
export async function ship(order${ts(': Charged')}) {
  return { order: order.id, outcome: 'shipped', receipt: order.charge.receipt };
}
`;
}

function configOf(language: string): string {
  return `import { defineConfig } from 'millrace';
import { charge, ship } from './handlers.${language}';

export default defineConfig({
  machines: { order: { definition: './order.asl.json' } },
  handlers: { charge, ship },
  batches: {
    orders: {
      machine: 'order',
      source: { kind: 'jsonLines', path: './orders.jsonl' },
      // A second run of the same file leaves out the names that it has seen: give each night a file.
      item: { name: '$.id', priority: '$.priority' },
      options: { maxInFlight: 1_000, retriesMax: 2 },
    },
  },
});
`;
}

function testOf(language: ProjectOptions['language']): string {
  return `${testOpening(language, 'order')}
test('an order that can be charged is shipped', async () => {
  const run = await machine.run({ id: 'T-1', cents: 1999 });

  run.assertSucceeded({ order: 'T-1', outcome: 'shipped', receipt: 'receipt of T-1' });
});

test('an order over the limit is cancelled', async () => {
  const run = await machine.run({ id: 'T-2', cents: 250_000 });

  run.assertPath(['Charge', 'Cancel']);
  run.assertSucceeded({ order: 'T-2', outcome: 'cancelled', why: 'CardRefused' });
});

test('a card service that is busy is asked again', async () => {
  const busy = { Throw: { Error: 'CardServiceBusy' } };
  const receipt = { Return: { receipt: 'receipt of T-3' } };

  // The time between two attempts is skipped.
  const run = await machine.run({ id: 'T-3', cents: 1 }, { states: { Charge: [busy, receipt] } });

  run.assertRetried('Charge', 1);
  run.assertSucceeded({ order: 'T-3', outcome: 'shipped', receipt: 'receipt of T-3' });
});
`;
}
