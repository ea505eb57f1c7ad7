import type { Measurement } from './measurement.ts';
import { bounds } from './measurements/bounds.ts';
import { coldStart } from './measurements/cold-start.ts';
import { dashboard } from './measurements/dashboard.ts';
import { dataApi } from './measurements/data-api.ts';
import { durable } from './measurements/durable.ts';
import { example } from './measurements/example.ts';
import { express } from './measurements/express.ts';
import { fanOut } from './measurements/fan-out.ts';
import { figures } from './measurements/figures.ts';
import { interpreter } from './measurements/interpreter.ts';
import { memory } from './measurements/memory.ts';
import { queue } from './measurements/queue.ts';
import { startup } from './measurements/startup.ts';

/** Every measurement, in the order in which they run. */
export const measurements: readonly Measurement[] = [
  interpreter,
  bounds,
  durable,
  figures,
  express,
  fanOut,
  queue,
  dataApi,
  coldStart,
  startup,
  memory,
  example,
  dashboard,
];
