/** Measures calls of Millrace and of moto, which keeps everything in memory, in turns. */
import { defaultScope } from '../../lib/engine/arn/aws-scope.ts';
import { toMachineArn } from '../../lib/engine/arn/make-arn.ts';
import { type Bench, type Figure, toFigure } from '../measurement.ts';
import { createInput, machineId } from '../three-tasks.ts';
import { type EndpointProcess, withConnections } from './endpoint-process.ts';
import { callFor, type LeanConnection } from './lean-client.ts';
import { startMoto } from './moto-server.ts';

/** The operations in which both do the same for the client. moto runs no state by default. */
const operations = ['StartExecution', 'DescribeExecution'] as const;

type Operation = (typeof operations)[number];

type Rates = Record<Operation, number[]>;

/** Returns the rates of moto, and those of an endpoint over them; nothing where it is not there. */
export async function measureBesideMoto(
  bench: Bench,
  endpoint: EndpointProcess,
  connectionCount: number,
): Promise<Figure[]> {
  const moto = await startMoto(bench);
  if (moto === null) return [];
  try {
    return await withConnections(endpoint.url, connectionCount, (own) =>
      withConnections(moto.url, connectionCount, (others) => measureInTurns(bench, own, others)),
    );
  } finally {
    await moto.stop();
  }
}

async function measureInTurns(
  { quick, log }: Bench,
  own: readonly LeanConnection[],
  others: readonly LeanConnection[],
): Promise<Figure[]> {
  const ownMachine = toMachineArn(defaultScope, machineId);
  const otherMachine = await createMachine(others[0]);
  const ownRates: Rates = { StartExecution: [], DescribeExecution: [] };
  const otherRates: Rates = { StartExecution: [], DescribeExecution: [] };
  const seconds = quick ? 0.5 : 3;
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    const one = await measureRound(own, ownMachine, seconds);
    const other = await measureRound(others, otherMachine, seconds);
    for (const operation of operations) {
      ownRates[operation].push(one[operation]);
      otherRates[operation].push(other[operation]);
      log(`${operation} of moto: ${Math.round(other[operation])} calls/s`);
    }
  }
  const knobs = { connections: own.length, secondsPerRound: seconds, endpoints: 1, workers: 0 };
  return operations.flatMap((operation) => [
    toFigure(otherRates[operation], {
      label: `${operation}, moto in memory`,
      unit: 'calls/s',
      knobs: { ...knobs, client: 'as that of Millrace, but moto closes each connection' },
    }),
    toFigure(
      ownRates[operation].map((rate, index) => rate / (otherRates[operation][index] ?? Number.NaN)),
      { label: `${operation}, PostgreSQL, over moto in memory`, unit: 'ratio', knobs },
    ),
  ]);
}

/** Starts executions for a while, and then describes them as long. Returns the calls a second. */
async function measureRound(
  connections: readonly LeanConnection[],
  stateMachineArn: string,
  seconds: number,
): Promise<Readonly<Record<Operation, number>>> {
  const arns: string[] = [];
  const started = await callFor(connections, seconds, {
    operation: 'StartExecution',
    bodyOf: (index) =>
      JSON.stringify({ stateMachineArn, input: JSON.stringify(createInput(index)) }),
    onAnswer: (body) => void arns.push(JSON.parse(body).executionArn),
  });
  const described = await callFor(connections, seconds, {
    operation: 'DescribeExecution',
    bodyOf: (index) => JSON.stringify({ executionArn: arns[index % arns.length] }),
  });
  return { StartExecution: started, DescribeExecution: described };
}

/** Returns the ARN of a machine of the same name. */
async function createMachine(connection: LeanConnection | undefined): Promise<string> {
  const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
  const members = {
    name: machineId,
    definition: JSON.stringify(definition),
    roleArn: 'arn:aws:iam::000000000000:role/any',
  };
  const answer = await connection?.call('CreateStateMachine', JSON.stringify(members));
  return JSON.parse(answer ?? '{}').stateMachineArn;
}
