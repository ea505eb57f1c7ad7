/** The stack whose functions are tested. */
import { App, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import type { AppDescription } from '../../../lib/config/app-description.ts';
import type { MillraceProps } from '../../../lib/infra/millrace-props.ts';
import { listResources, type TemplateResource } from '../template.ts';
import { createTestTopology } from '../test-topology.ts';

const app: AppDescription = {
  configFile: '/app/millrace.config.ts',
  queues: { critical: 6, default: 3, low: 1 },
  machines: [
    {
      id: 'order',
      type: 'STANDARD',
      definition: { States: { Map: { ResultWriter: {} } } },
      awsResources: ['arn:aws:states:::dynamodb:putItem'],
    },
  ],
  batches: [],
};

/** The workers by the names of their constructs. */
export const workers = ['Workercritical', 'Workerdefault', 'Workerlow'];

/** Creates an app with three queues, and a machine that writes result files and calls AWS. */
export function createStack(props: (stack: Stack) => Partial<MillraceProps> = () => ({})): Stack {
  const stack = new Stack(new App(), 'Test');
  createTestTopology(stack, { app, ...props(stack) });
  return stack;
}

/** Returns the functions of a template by the names of their constructs. */
export function functionsOf(template: Template): Record<string, TemplateResource> {
  return Object.fromEntries(
    listResources(template, 'AWS::Lambda::Function').map(([id, each]) => [constructName(id), each]),
  );
}

/** Returns `Workerlow` for `MillraceComputeWorkerlowFunction01234567`. */
export function constructName(logicalId: string): string {
  return /Compute(\w+)Function[\dA-F]{8}$/.exec(logicalId)?.[1] ?? logicalId;
}
