import { ownTransformer, programVersions } from '../program-versions.ts';
import type { Checker, Evidence } from './checker.ts';

const transformers = programVersions.map(ownTransformer);

/** Checks that a batch is not paused because its transformer is another version's. */
export function leftToOthers(): Checker {
  return {
    invariant: 'no leader pauses a batch that a leader of another version can lead',
    inspect: findPaused,
    verify: findPaused,
  };
}

async function findPaused({ store, batches }: Evidence): Promise<string[]> {
  const found = await Promise.all(batches.map(({ id }) => store.getBatch(id)));
  return found
    .filter((batch) => batch?.status === 'PAUSED')
    .filter((batch) => transformers.some((name) => batch?.reason?.includes(name)))
    .map((batch) => `${batch?.id} is paused: ${batch?.reason}`);
}
