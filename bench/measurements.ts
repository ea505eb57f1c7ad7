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
import { growth } from './measurements/growth.ts';
import { interpreter } from './measurements/interpreter.ts';
import { limits } from './measurements/limits.ts';
import { memory } from './measurements/memory.ts';
import { peers } from './measurements/peers.ts';
import { queue } from './measurements/queue.ts';
import { results } from './measurements/results.ts';
import { startup } from './measurements/startup.ts';
import { stepFunctions } from './measurements/step-functions.ts';

/** Every measurement, in the order in which they run. */
export const measurements: readonly Measurement[] = [
  interpreter,
  bounds,
  durable,
  figures,
  limits,
  express,
  fanOut,
  results,
  queue,
  dataApi,
  stepFunctions,
  coldStart,
  startup,
  memory,
  example,
  dashboard,
  peers,
  growth,
];
