/** A month of a nightly batch: what starts it, what disturbs it, and what comes out. */
import { expect, it } from 'vitest';
import { type InputRow, NightlyWorld } from '../support/nightly-world.ts';

const days = Array.from({ length: 31 }, (_, day) => `2026-03-${String(day + 1).padStart(2, '0')}`);

/** The nights on which something happens. */
const missed = '2026-03-07';
const long = '2026-03-12';
const late = '2026-03-18';
const failing = '2026-03-23';
/** The clocks are set forward from two to three: there is no half past two. */
const skipped = '2026-03-29';

/** Returns the rows of a night: their number and their amounts differ. */
function rowsOf(date: string): InputRow[] {
  const day = Number(date.slice(-2));
  return Array.from({ length: 3 + (day % 4) }, (_, index) => ({
    id: `${date}-${index}`,
    amount: String(day * 10 + index),
    wait: date === long && index === 1 ? String(26 * 3_600) : '0',
  }));
}

function nextDay(date: string): string {
  return days[days.indexOf(date) + 1] ?? '2026-04-01';
}

it('a month of nights is run by two leaders, with one result for each row of each night', {
  timeout: 60_000,
}, async () => {
  const world = new NightlyWorld('2026-02-28T22:00');
  await world.open();
  await world.start();
  await world.pass(
    async () => (await world.app.schedules.list()).schedules[0]?.seenAt !== null,
    'a look',
  );

  for (const date of days) {
    if (date === late) await runLateNight(world);
    else if (date === missed) await runMissedNight(world);
    else if (date === long) await runLongNight(world);
    else if (date === failing) await runFailingNight(world);
    else if (date === skipped) await runNightWithoutTime(world);
    // The night after the long one was run with it.
    else if (date !== nextDay(long)) await runNight(world, date);
  }

  const nights = days.filter((date) => date !== skipped);
  const { entries } = await world.app.batches.list({ name: 'nightly' }, { limit: 99 });
  expect(entries.map(({ status }) => status)).toEqual(
    nights.map(() => expect.stringMatching(/SUCC|FAILED/)),
  );
  for (const date of nights) await expectResults(world, date);
});

async function runNight(world: NightlyWorld, date: string): Promise<void> {
  world.write(date, rowsOf(date));
  await world.goToNight(date);
  const id = await world.endOf(date);

  const { status, createdAt } = await world.app.batches.get(id);
  expect([date, status]).toEqual([date, 'SUCCEEDED']);
  // Files are read in real time, during which the simulated clock goes on.
  expect(createdAt - world.instant(`${date}T02:30`)).toBeLessThan(60_000);
}

/** Both leaders are down in the night; when they are back, the batch is made up for. */
async function runMissedNight(world: NightlyWorld): Promise<void> {
  world.write(missed, rowsOf(missed));
  await world.stop();
  world.goTo(`${missed}T09:00`);
  await world.start();

  const { createdAt } = await world.app.batches.get(await world.endOf(missed));

  expect(createdAt).toBeGreaterThan(world.instant(`${missed}T08:59`));
}

/** One row takes longer than a day: the batch of the next night waits for the end of this one. */
async function runLongNight(world: NightlyWorld): Promise<void> {
  const next = nextDay(long);
  for (const date of [long, next]) world.write(date, rowsOf(date));
  await world.goToNight(long);
  const isRecorded = async (date: string) => (await world.batchOf(date)) !== null;
  await world.pass(() => isRecorded(long), 'the long batch');
  const longId = (await world.batchOf(long)) ?? '';
  const others = rowsOf(long).length - 1;
  const isWaiting = async () => (await world.app.batches.get(longId)).succeeded === others;
  await world.pass(isWaiting, 'only the long row is left');
  await world.goToNight(next);
  await world.pass(() => isRecorded(next), 'the batch of the next night');
  const id = (await world.batchOf(next)) ?? '';
  const waits = async () =>
    (await world.app.batches.get(id)).reason?.startsWith('waits for') === true;
  await world.pass(waits, 'the next batch waits');
  const { created } = await world.app.batches.get(id);
  world.goTo(`${next}T05:00`);
  const ends = [await world.endOf(long), await world.endOf(next)];

  const [first, second] = await Promise.all(ends.map((each) => world.app.batches.get(each)));
  expect(created).toBe(0);
  expect([first?.status, second?.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
}

/** The file comes three hours late, and is read as that of its night. */
async function runLateNight(world: NightlyWorld): Promise<void> {
  await world.goToNight(late);
  const waiting = async () => (await world.app.schedules.list()).schedules[0]?.waiting ?? null;
  await world.pass(async () => ((await waiting())?.tries ?? 0) > 1, 'the file is missed');
  expect(await waiting()).toMatchObject({
    dueAt: world.instant(`${late}T02:30`),
    reason: expect.stringContaining(`in-${late}.csv`),
  });
  expect(await world.batchOf(late)).toBeNull();
  world.goTo(`${late}T05:30`);
  const openAlerts = () => world.app.alerts.list({ open: true });
  await world.pass(async () => (await openAlerts()).length > 0, 'an alert opens');
  expect(await openAlerts()).toMatchObject([
    { rule: 'scheduleLate', message: expect.stringContaining(`in-${late}.csv`) },
  ]);
  world.write(late, rowsOf(late));

  const id = await world.endOf(late);

  expect(await world.app.batches.get(id)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await waiting()).toBeNull();
  await world.pass(async () => (await openAlerts()).length === 0, 'the alert ends');
}

/** Two rows fail: the webhook tells, and a redrive after the repair completes the night. */
async function runFailingNight(world: NightlyWorld): Promise<void> {
  const rows = rowsOf(failing);
  const broken = rows.slice(1, 3).map(({ id }) => id);
  for (const id of broken) world.refused.add(id);
  world.write(failing, rows);
  await world.goToNight(failing);
  const id = await world.endOf(failing);
  expect(world.webhooks.get(id)).toMatchObject({ status: 'FAILED', executions: { failed: 2 } });
  const before = world.readJsonLines(`out-${failing}.jsonl`);
  expect(before.map(({ status }) => status)).toEqual(
    rows.map((row) => (broken.includes(row.id) ? 'FAILED' : 'SUCCEEDED')),
  );

  world.refused.clear();
  const redriven: string[] = [];
  for await (const ids of world.app.archive.redrive({ batchId: id })) redriven.push(...ids);
  expect(redriven).toHaveLength(2);
  const isRepaired = async () => (await world.app.batches.get(id)).succeeded === rows.length;
  await world.pass(isRepaired, 'the redriven rows end');
  await world.writeResults(id, 'jsonl', `out-${failing}.jsonl`);
}

/** As EventBridge, leaders start nothing at a time that a change of the clocks leaves out. */
async function runNightWithoutTime(world: NightlyWorld): Promise<void> {
  world.write(skipped, rowsOf(skipped));
  world.goTo(`${skipped}T01:59`);
  const { nextAt } = (await world.app.schedules.list()).schedules[0] ?? {};
  expect(nextAt).toBe(world.instant(`${nextDay(skipped)}T02:30`));
  world.goTo(`${skipped}T12:00`);
  const until = world.clock.now() + 30_000;
  await world.pass(() => world.clock.now() > until, 'half a minute');
  expect(await world.batchOf(skipped)).toBeNull();
}

/** The files of results have the rows of the input, one by one. */
async function expectResults(world: NightlyWorld, date: string): Promise<void> {
  const id = (await world.batchOf(date)) ?? '';
  const rows = rowsOf(date);
  await world.writeResults(id, 'csv', `out-${date}.csv`);
  const expected = rows.map(({ id: row, amount, wait }, index) => ({
    index,
    name: `bill-${date.replaceAll('-', '')}-${index}`,
    status: 'SUCCEEDED',
    input: { id: row, amount: Number(amount), seconds: Number(wait) },
    output: { charged: Number(amount) * 2 },
  }));
  const lines = world.readJsonLines(`out-${date}.jsonl`);
  expect(
    lines.map(({ index, name, status, input, output }) => ({ index, name, status, input, output })),
  ).toEqual(expected);
  expect(world.readCsv(`out-${date}.csv`)).toMatchObject(
    rows.map(({ id: row, amount }, index) => ({
      index: String(index),
      'input.id': row,
      'input.amount': amount,
      'output.charged': String(Number(amount) * 2),
    })),
  );
}
