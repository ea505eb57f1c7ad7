/** Reading what the CDK synthesised: stacks, stages, assets, and what is not read. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { findResource, loadAssembly } from '../../../rehearsal/template/assembly.ts';
import { stackOf, synthesised, temporaryFolder } from '../../support/assembly.ts';

describe('loading an assembly', () => {
  it('finds the stacks, the resources and the folders of code that the CDK wrote', async () => {
    const code = await temporaryFolder();
    await writeFile(join(code, 'index.mjs'), 'export const handler = () => 1;');

    const assembly = await synthesised((app, { Stack }) => {
      const queues = new Stack(app, 'Queues', { stackName: 'app-queues' });
      const queue = new Queue(queues, 'Tasks');
      new LambdaFunction(new Stack(app, 'Compute'), 'Worker', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromAsset(code),
        environment: { QUEUE_URL: queue.queueUrl },
      });
    });

    const compute = assembly.stacks.find(({ name }) => name === 'Compute');
    const worker = compute?.resources.find(({ type }) => type === 'AWS::Lambda::Function');
    const asset = compute?.assets.find(({ packaging }) => packaging === 'zip');
    expect(assembly.stacks.map(({ name }) => name).sort()).toEqual(['Compute', 'app-queues']);
    expect(compute?.after).toEqual(['app-queues']);
    expect(worker).toMatchObject({
      path: 'Compute/Worker/Resource',
      dependsOn: [expect.stringContaining('WorkerServiceRole')],
    });
    expect(worker?.properties.Code).toMatchObject({ S3Key: asset?.objectKey });
    expect(await readdir(asset?.path ?? '')).toEqual(['index.mjs']);
  });

  it('finds the stacks of a stage', async () => {
    const assembly = await synthesised((app, { Stack, Stage }) => {
      const stage = new Stage(app, 'Production');
      new Queue(new Stack(stage, 'Queues'), 'Tasks');
    });

    expect(assembly.stacks).toMatchObject([
      { name: 'Production-Queues', resources: [{ type: 'AWS::SQS::Queue' }] },
    ]);
  });

  it('keeps what the template says of a resource', async () => {
    const assembly = await stackOf({
      Tasks: {
        Type: 'AWS::SQS::Queue',
        Properties: { DelaySeconds: 1 },
        DependsOn: 'Other',
        DeletionPolicy: 'Retain',
        Condition: 'Wanted',
      },
    });

    expect(findResource(assembly, 'Stack', 'Tasks')).toEqual({
      id: 'Stack/Tasks',
      stack: 'Stack',
      logicalId: 'Tasks',
      path: 'Stack/Tasks',
      type: 'AWS::SQS::Queue',
      properties: { DelaySeconds: 1 },
      dependsOn: ['Other'],
      deletionPolicy: 'Retain',
      condition: 'Wanted',
    });
    expect(findResource(assembly, 'Stack', 'Absent')).toBeUndefined();
  });

  it('says what to do where there is no assembly', async () => {
    const folder = join(await temporaryFolder(), 'absent');

    await expect(loadAssembly(folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('cdk synth'),
    });
  });

  it('refuses a manifest that is no JSON object', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'manifest.json'), '[]');

    await expect(loadAssembly(folder)).rejects.toMatchObject({ code: 'MALFORMED_DOCUMENT' });
  });

  it('refuses a nested stack, and names it', async () => {
    const loading = stackOf({ Inner: { Type: 'AWS::CloudFormation::Stack' } });

    await expect(loading).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('Stack/Inner is a nested stack'),
    });
  });
});
