/** The systems that Millrace is measured beside: how each is built, started and asked. */

/** The service that a peer keeps its state in. */
export type PeerService = 'PostgreSQL' | 'Redis' | 'Temporal server';

/** A system, and the program in this folder that runs the three steps on it. */
export interface Peer {
  readonly name: string;
  readonly service: PeerService;
  /** The program: of Node, or a Go module that is built when it is first needed. */
  readonly program:
    | { readonly kind: 'node'; readonly file: string }
    | { readonly kind: 'go'; readonly folder: string };
  /** The npm package or Go module whose version is reported. */
  readonly package: string;
  /** Steps or workflows at once, where the program does not name a number of its own. */
  readonly concurrency: number;
  /** Executions of a round, so that a round takes seconds. */
  readonly executions: number;
}

/** All peers, in the order in which they are measured. */
export const peers: readonly Peer[] = [
  {
    name: 'DBOS',
    service: 'PostgreSQL',
    program: { kind: 'node', file: 'dbos.js' },
    package: '@dbos-inc/dbos-sdk',
    concurrency: 100,
    executions: 3_000,
  },
  {
    name: 'Graphile Worker',
    service: 'PostgreSQL',
    program: { kind: 'node', file: 'graphile-worker.js' },
    package: 'graphile-worker',
    concurrency: 24,
    executions: 10_000,
  },
  {
    name: 'pg-boss',
    service: 'PostgreSQL',
    program: { kind: 'node', file: 'pg-boss.js' },
    package: 'pg-boss',
    concurrency: 500,
    executions: 10_000,
  },
  {
    name: 'BullMQ',
    service: 'Redis',
    program: { kind: 'node', file: 'bullmq.js' },
    package: 'bullmq',
    concurrency: 100,
    executions: 10_000,
  },
  {
    name: 'asynq',
    service: 'Redis',
    program: { kind: 'go', folder: 'asynq' },
    package: 'github.com/hibiken/asynq',
    concurrency: 100,
    executions: 10_000,
  },
  {
    name: 'Temporal',
    service: 'Temporal server',
    program: { kind: 'go', folder: 'temporal' },
    package: 'go.temporal.io/sdk',
    concurrency: 100,
    executions: 1_000,
  },
];
