/**
 * A program that runs one execution of a Map in a fresh app on PGlite, with every role in this
 * process: `node bench/maps/maps-program.ts <JSON of MapRun>`. Prints a {@link MapResult}.
 */
import { openMillrace } from '../../lib/app/millrace.ts';

/** The Map to run. */
export interface MapRun {
  /** The folder of the database. */
  readonly folder: string;
  readonly mode: 'INLINE' | 'DISTRIBUTED';
  /** Number of items; each has a Task whose handler does nothing. */
  readonly items: number;
}

/** What the run took. */
export interface MapResult {
  /** From the start of the execution to its end. */
  readonly seconds: number;
  readonly peakMiB: number;
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}'))));
}

async function run({ folder, mode, items }: MapRun): Promise<MapResult> {
  const app = await openMillrace({
    config: {
      machines: { map: { definition: createDefinition(mode) } },
      handlers: { work: async (item: number) => item },
    },
    flags: { store: 'pglite', broker: 'memory', data: folder },
  });
  try {
    await app.start();
    const input = Array.from({ length: items }, (_, index) => index);
    const startedAt = performance.now();
    const { executionId } = await app.executions.start({ machineId: 'map', input });
    const end = await app.executions.wait(executionId);
    const seconds = (performance.now() - startedAt) / 1_000;
    if (end?.output !== JSON.stringify(input)) {
      throw new Error(`the Map ended wrongly: ${JSON.stringify(end)?.slice(0, 500)}`);
    }
    return { seconds, peakMiB: process.resourceUsage().maxRSS / 1_024 };
  } finally {
    await app.close();
  }
}

function createDefinition(mode: MapRun['mode']) {
  const config = mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' };
  return {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: config,
          StartAt: 'Work',
          States: { Work: { Type: 'Task', Resource: 'work', End: true } },
        },
        End: true,
      },
    },
  };
}
