import { maps } from './maps/maps.ts';
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
import { scale } from './measurements/scale.ts';
import { startup } from './measurements/startup.ts';
import { stepFunctions } from './measurements/step-functions.ts';
import { stepLatency } from './measurements/step-latency.ts';

/** Every measurement, in the order in which they run. */
export const measurements: readonly Measurement[] = [
  interpreter,
  bounds,
  durable,
  stepLatency,
  figures,
  limits,
  express,
  fanOut,
  results,
  maps,
  queue,
  dataApi,
  stepFunctions,
  coldStart,
  startup,
  memory,
  example,
  dashboard,
  scale,
  peers,
  growth,
];
