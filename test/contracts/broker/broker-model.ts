/** Runs random commands against the reference model and a real broker side by side. */
import { expect } from 'vitest';
import fc from '../../support/properties.ts';
import { commands, modelQueues } from './broker-commands.ts';
import { type BrokerHarness, expectNothing, longMs, toIds } from './broker-harness.ts';
import { Model, type QueueModel } from './broker-reference.ts';

/** Empties the queue and its dead letters, and expects exactly the messages left in the model. */
async function expectSameRest(queue: QueueModel, harness: BrokerHarness): Promise<void> {
  const { broker } = harness;
  const { name } = queue;
  await broker.resume(name);
  const held = queue.take(queue.held.size);
  for (const { id, deliveries } of held) queue.ready.set(id, deliveries);
  expect(await broker.release(held, 0)).toEqual([]);
  const alive = queue.deliverable();
  const delivered: string[] = [];
  while (delivered.length < alive.length) {
    const request = { queues: [name], max: 1_000, visibilityMs: longMs, waitMs: longMs };
    const taken = await broker.receive(request);
    delivered.push(...toIds(taken));
    await broker.acknowledge(taken);
  }
  expect(delivered.sort()).toEqual(alive.sort());
  await expectNothing(harness, name);
  const exhausted = [...queue.ready.keys()].filter((id) => !alive.includes(id));
  const heldDead = queue.takeDead(queue.heldDead.size);
  for (const { id } of heldDead) queue.dead.add(id);
  expect(await broker.release(heldDead, 0)).toEqual([]);
  const letters = await broker.receiveDead(name, 1_000, longMs);
  expect(toIds(letters)).toEqual([...queue.dead, ...exhausted].sort());
  await broker.acknowledge(letters);
}

/** Runs `runs` random command sequences against the model and the broker. */
export async function checkAgainstModel(harness: BrokerHarness, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(commands(), async (drawn) => {
      const names: string[] = [];
      while (names.length < modelQueues) names.push(await harness.newQueue());
      const model = new Model(names);
      await fc.asyncModelRun(() => ({ model, real: harness }), drawn);
      for (const queue of model.queues) await expectSameRest(queue, harness);
    }),
    { numRuns: runs },
  );
}
