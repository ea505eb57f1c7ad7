/** The small examples, each run as its one command runs it, in this process. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run as runCallbacks } from '../../examples/callbacks/main.ts';
import { run as runChains } from '../../examples/chains/main.ts';
import { run as runJobQueue } from '../../examples/coming-from-a-job-queue/main.ts';
import { run as runStepFunctions } from '../../examples/coming-from-step-functions/main.ts';
import { run as runMaps } from '../../examples/maps/main.ts';
import { root } from '../docs/markdown.ts';

const examples = {
  callbacks: [
    runCallbacks,
    [
      {
        id: 'P-1',
        approval: { by: 'Ada' },
        payment: expect.objectContaining({}),
        parcel: { parcel: 'parcel of P-1' },
      },
      { id: 'P-2', refused: 'over the budget' },
    ],
  ],
  chains: [runChains, ['Thank you: receipt of A-1', 'Thank you: receipt of A-3']],
  'coming-from-a-job-queue': [runJobQueue, ['report of month 5', 'email to ada@example.com']],
  'coming-from-step-functions': [
    runStepFunctions,
    [
      expect.objectContaining({ id: 'A-1', shipment: { parcel: 'parcel of A-1' } }),
      { id: 'A-2', cancelled: 'CardRefused' },
    ],
  ],
  maps: [
    runMaps,
    [
      { order: 'A-1', cents: 2400 },
      { invoices: 4, cents: 180_000 },
    ],
  ],
} as const;

describe('the examples', () => {
  it.each(Object.entries(examples))(
    'the example %s does what it shows',
    async (_, [run, result]) => {
      const lines: string[] = [];

      expect(await run((line) => lines.push(line))).toEqual(result);
      expect(lines).not.toEqual([]);
    },
  );

  it('every folder of examples is one that a test runs', () => {
    const entries = readdirSync(join(root, 'examples'), { withFileTypes: true });
    const folders = entries.filter((each) => each.isDirectory()).map(({ name }) => name);

    expect(folders.toSorted()).toEqual([...Object.keys(examples), 'wildlife-strikes'].toSorted());
  });
});
