/**
 * `npm run bench -- [name…] [--quick] [--rows N]`: runs `measure.ts` so that its servers, processes
 * and temporary files end with it, however it ends.
 */
import { runContained } from './contained-run.ts';

process.exitCode = await runContained(
  new URL('measure.ts', import.meta.url),
  process.argv.slice(2),
);
