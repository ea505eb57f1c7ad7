/** An access model of one role, `worker`, and a request of that role to a queue, `tasks`. */
import type { Json } from '../../lib/asl/json/json.ts';
import { AccessModel } from '../../rehearsal/iam/access-model.ts';
import type { Principal } from '../../rehearsal/iam/principal.ts';
import { resolveStack, type TestTemplate } from './assembly.ts';

export const roleArn = 'arn:aws:iam::000000000000:role/worker';
export const worker = { kind: 'role', roleArn, session: 'worker' } as const satisfies Principal;
export const queueArn = 'arn:aws:sqs:us-east-1:000000000000:tasks';

export const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tasks' } };

/** Creates the model of a role with these statements, and of other resources. */
export async function createAccessModel(
  statements: readonly Json[],
  more: TestTemplate = {},
  role: Readonly<Record<string, Json>> = {},
): Promise<AccessModel> {
  const resolution = await resolveStack({
    Worker: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'worker',
        AssumeRolePolicyDocument: { Statement: [] },
        Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }],
        ...role,
      },
    },
    ...more,
  });
  return new AccessModel(resolution);
}

export const allow = (Action: Json, Resource: Json = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const deny = (Action: Json, Resource: Json = '*') => ({ Effect: 'Deny', Action, Resource });
export const send = { principal: worker, action: 'sqs:SendMessage', resource: queueArn } as const;
