/** The policy of people who look at a deployed app from a machine of theirs. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { AppDescription } from '../../lib/config/app-description.ts';
import { MillraceGrants } from '../../lib/infra/grants.ts';
import { readDocument } from '../docs/markdown.ts';
import { findResource, listActions, listResources, type Statement } from './template.ts';
import { createTestTopology } from './test-topology.ts';

function policiesOf(queues: AppDescription['queues'], batches: AppDescription['batches'] = []) {
  const app = { configFile: '/app/millrace.config.ts', queues, machines: [], batches };
  const stack = new Stack(new App(), 'Test');
  createTestTopology(stack, { app });
  return listResources(Template.fromStack(stack), 'AWS::IAM::ManagedPolicy').map(
    ([, { Properties }]) => Properties,
  );
}

describe('OperatorPolicy', () => {
  it('the policy is attached to no one, and allows what docs/deploy.md says', () => {
    const [policy, ...others] = policiesOf({ critical: 6, low: 1 });
    const statements: Statement[] = policy?.PolicyDocument.Statement;
    const [, text = '{}'] =
      /```json\n(\{\s*"Version"[\s\S]*?)```/.exec(readDocument('docs/deploy.md')) ?? [];
    const documented: Statement[] = JSON.parse(text).Statement;

    expect(others).toEqual([]);
    expect([policy?.Users, policy?.Groups, policy?.Roles]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(listActions(documented)).toEqual(listActions(statements));
    expect(JSON.stringify(statements)).not.toContain('"Resource":"*"');
  });

  it('the policy allows pausing the schedules of batches, and no others', () => {
    const batch = { machine: 'm', sourceFile: null, sourceKey: null };
    const [policy] = policiesOf({ low: 1 }, [
      { ...batch, name: 'nightly', schedule: 'cron(0 2 * * ? *)' },
      { ...batch, name: 'manual' },
    ]);
    const statements: Statement[] = policy?.PolicyDocument.Statement;

    const schedules = JSON.stringify(
      statements.filter(({ Action }) => [Action].flat().includes('scheduler:UpdateSchedule')),
    );

    expect(schedules).toMatch(/schedule\/Test[\w-]*\/batch-nightly"/);
    expect(schedules).not.toContain('manual');
  });

  it('a role of your own CDK app gets the policy by a grant', () => {
    const stack = new Stack(new App(), 'Test');
    const app = {
      configFile: '/app/millrace.config.ts',
      queues: { low: 1 },
      machines: [],
      batches: [],
    };
    const topology = createTestTopology(stack, { app });
    const role = new Role(stack, 'OnCall', { assumedBy: new AccountRootPrincipal() });

    new MillraceGrants(topology).operate(role);

    const { Properties } = findResource(Template.fromStack(stack), 'AWS::IAM::Role', 'OnCall');
    expect(Properties.ManagedPolicyArns).toEqual([{ Ref: expect.stringContaining('Operators') }]);
  });
});
