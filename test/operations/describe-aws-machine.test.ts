/** Machines that are deployed at Step Functions, as a server of its protocol describes them. */
import { describe, expect, it } from 'vitest';
import { describeAwsMachine } from '../../lib/operations/describe-aws-machine.ts';
import { pointAwsAt } from '../support/aws-environment.ts';
import { serveLocally } from '../support/local-server.ts';

const arn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:order';
const never = new AbortController().signal;

describe('describeAwsMachine', () => {
  it('a deployed machine is read with the SDK of the project', async () => {
    const definition = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}';
    const server = await serveLocally(() => ({
      body: { stateMachineArn: arn, name: 'order', type: 'EXPRESS', definition },
    }));
    pointAwsAt(server.url);

    const described = await describeAwsMachine(arn, process.cwd(), never);

    expect(described).toEqual({ name: 'order', type: 'EXPRESS', definition });
    expect(server.seen).toMatchObject([
      { headers: { 'x-amz-target': 'AWSStepFunctions.DescribeStateMachine' } },
    ]);
  });

  it('a machine that cannot be read is reported with the command that saves it', async () => {
    const server = await serveLocally(() => ({
      status: 400,
      body: { __type: 'StateMachineDoesNotExist', message: 'State Machine Does Not Exist' },
    }));
    pointAwsAt(server.url);

    await expect(describeAwsMachine(arn, process.cwd(), never)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(
        /could not be read: .*Does Not Exist.*aws stepfunctions describe-state-machine/,
      ),
    });
  });
});
