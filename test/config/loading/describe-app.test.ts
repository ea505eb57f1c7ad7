/** What a deployment learns of the batches of an app: their schedules, and the files to upload. */
import { afterAll, expect, it } from 'vitest';
import { describeApp } from '../../../lib/config/loading/describe-app.ts';
import { makeFolder, removeFolder } from '../../cli/cli-call.ts';

const folders: string[] = [];
afterAll(() => folders.forEach(removeFolder));

function describeBatches(batch: object) {
  const machine = { StartAt: 'A', States: { A: { Type: 'Succeed' } } };
  const source = { kind: 'csv', path: 'in.csv' };
  const config = {
    machines: { m: { definition: machine } },
    batches: { nightly: { machine: 'm', source, ...batch } },
  };
  const folder = makeFolder({
    'millrace.config.mjs': `export default ${JSON.stringify(config)};`,
  });
  folders.push(folder);
  return describeApp(undefined, folder);
}

it('five fields of cron are described as EventBridge Scheduler reads them', async () => {
  const { batches } = await describeBatches({ schedule: '0 6 * * 1-5' });

  expect(batches[0]?.schedule).toBe('cron(0 6 ? * 2-6 *)');
});

it('a schedule that EventBridge Scheduler has no expression for is refused', async () => {
  await expect(describeBatches({ schedule: '0 6 13 * 5' })).rejects.toThrow(/make two batches/);
});

it('a file of each night is not uploaded, and any other is', async () => {
  const tonight = await describeBatches({ source: { kind: 'csv', path: 'in-{date}.csv' } });
  const fixed = await describeBatches({});

  expect(tonight.batches[0]).toMatchObject({ sourceFile: null, sourceKey: null });
  expect(fixed.batches[0]).toMatchObject({ sourceKey: 'sources/nightly/in.csv' });
});
