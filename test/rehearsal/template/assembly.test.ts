/** Loading what the CDK synthesized: stacks, stages, assets, and errors. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { findResource, loadAssembly } from '../../../rehearsal/template/assembly.ts';
import { loadStack, synthesizeApp, temporaryFolder } from '../../support/assembly.ts';

describe('loading an assembly', () => {
  it('an assembly has the stacks, the resources and the assets that the CDK wrote', async () => {
    const code = await temporaryFolder();
    await writeFile(join(code, 'index.mjs'), 'export const handler = () => 1;');

    const assembly = await synthesizeApp((app, { Stack }) => {
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

  it('an assembly has the stacks of its stages', async () => {
    const assembly = await synthesizeApp((app, { Stack, Stage }) => {
      const stage = new Stage(app, 'Production');
      new Queue(new Stack(stage, 'Queues'), 'Tasks');
    });

    expect(assembly.stacks).toMatchObject([
      { name: 'Production-Queues', resources: [{ type: 'AWS::SQS::Queue' }] },
    ]);
  });

  it('a resource of an assembly has the attributes of its template', async () => {
    const assembly = await loadStack({
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
      updateReplacePolicy: 'Delete',
      condition: 'Wanted',
    });
    expect(findResource(assembly, 'Stack', 'Absent')).toBeUndefined();
  });

  it('a missing assembly fails with what to do', async () => {
    const folder = join(await temporaryFolder(), 'absent');

    await expect(loadAssembly(folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('cdk synth'),
    });
  });

  it('a manifest that is not a JSON object is refused', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'manifest.json'), '[]');

    await expect(loadAssembly(folder)).rejects.toMatchObject({ code: 'MALFORMED_DOCUMENT' });
  });

  it('a nested stack is refused by its name', async () => {
    const loading = loadStack({ Inner: { Type: 'AWS::CloudFormation::Stack' } });

    await expect(loading).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('Stack/Inner is a nested stack'),
    });
  });
});
