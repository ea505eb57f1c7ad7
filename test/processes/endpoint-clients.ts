/** Clients of two endpoints that may be away: a call that is not answered is repeated. */
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { sendRequest } from '../support/http-client.ts';

/** What an endpoint has answered. */
export interface EndpointAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test names the members that it expects
  readonly body: any;
  /** Whether a try before this one had no answer: it may have done its work. */
  readonly isRepeated: boolean;
}

/** What is answered to clients, by the name of the execution. */
export interface AnsweredCalls {
  readonly succeeding: Set<string>;
  readonly stopped: Set<string>;
  readonly redriven: Set<string>;
  /** Answers that no client may get. */
  readonly faults: string[];
  /** Number of calls that had no answer at first. */
  unanswered: number;
}

const retryMs = 100;
const pollMs = 200;
const kinds = ['succeed', 'stop', 'redrive'] as const;

const roleArn = 'arn:aws:iam::000000000000:role/any';
const definition = JSON.stringify({
  StartAt: 'Kind',
  States: {
    Kind: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.kind', StringEquals: 'stop', Next: 'Wait' },
        { Variable: '$.kind', StringEquals: 'redrive', Next: 'Fail' },
      ],
      Default: 'Done',
    },
    Wait: { Type: 'Wait', Seconds: 86_400, Next: 'Done' },
    Fail: { Type: 'Fail', Error: 'Wanted' },
    Done: { Type: 'Succeed' },
  },
});

/** Creates an empty record. */
export function noCalls(): AnsweredCalls {
  return {
    succeeding: new Set(),
    stopped: new Set(),
    redriven: new Set(),
    faults: [],
    unanswered: 0,
  };
}

/**
 * Creates a machine that others create as well, then starts executions of it, and stops or redrives
 * them, until `over` aborts; what it has begun then, it completes.
 */
export async function runClient(
  client: number,
  ports: readonly number[],
  answered: AnsweredCalls,
  over: AbortSignal,
): Promise<void> {
  const call = (operation: string, members: object) => callUntilAnswered(ports, operation, members);
  const require = async (operation: string, members: object): Promise<EndpointAnswer> => {
    const answer = await call(operation, members);
    const { status, body, isRepeated } = answer;
    if (isRepeated) answered.unanswered += 1;
    // A start that had no answer may have ended when it is repeated.
    const mayExist = isRepeated && operation === 'StartExecution';
    if (status !== 200 && !(mayExist && String(body.__type).endsWith('ExecutionAlreadyExists'))) {
      answered.faults.push(`${operation}: ${status} ${JSON.stringify(body)}`);
    }
    return answer;
  };
  const { body } = await require('CreateStateMachine', {
    name: `machine-${client % 20}`,
    definition,
    roleArn,
  });
  const { stateMachineArn } = body;
  for (let round = 0; !over.aborted; round += 1) {
    const name = `${client}-${round}`;
    const kind = kinds[(client + round) % kinds.length] ?? 'succeed';
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    await require('StartExecution', { stateMachineArn, name, input: JSON.stringify({ kind }) });
    if (kind === 'succeed') answered.succeeding.add(name);
    if (kind === 'stop') {
      await require('StopExecution', { executionArn, error: 'Stopped', cause: name });
      answered.stopped.add(name);
    }
    if (kind === 'redrive') {
      let status = 'RUNNING';
      while (status === 'RUNNING') {
        await pause(systemClock, pollMs);
        status = (await require('DescribeExecution', { executionArn })).body.status ?? 'unknown';
      }
      await require('RedriveExecution', { executionArn, clientToken: name });
      answered.redriven.add(name);
    }
    await pause(systemClock, pollMs, over);
  }
}

/** Calls the endpoints in turn until one answers. */
async function callUntilAnswered(
  ports: readonly number[],
  operation: string,
  members: object,
): Promise<EndpointAnswer> {
  const first = Math.floor(Math.random() * ports.length);
  for (let tries = 0; ; tries += 1) {
    const port = ports[(first + tries) % ports.length] ?? 0;
    // Refused, or cut off by the end of the process.
    const answer = await callOnce(port, operation, members).catch(() => null);
    if (answer !== null) return { ...answer, isRepeated: tries > 0 };
    await pause(systemClock, retryMs);
  }
}

async function callOnce(port: number, operation: string, members: object) {
  const { status, json } = await sendRequest({
    port,
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(members),
  });
  return { status, body: json };
}
