/** A small app to synthesise: two machines, three queues, and a batch of every kind. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { AppDescription } from '../../lib/app/app-description.ts';
import { describeApp } from '../../lib/app/describe-app.ts';
import { Millrace } from '../../lib/infra/millrace.ts';
import type { MillraceProps } from '../../lib/infra/millrace-props.ts';

/** Longest time for bundling and synthesis on a busy machine, in milliseconds. */
export const synthesisMs = 240_000;

/** The example's, which is what a clone deploys. */
export function exampleApp(): Promise<AppDescription> {
  return describeApp('examples/wildlife-strikes/millrace.config.ts');
}

/** The construct in a stack of its own, synthesised. */
export async function synthesised(props: Partial<MillraceProps> = {}): Promise<Template> {
  const stack = new Stack(new App(), 'Test');
  new Millrace(stack, 'Millrace', { app: await exampleApp(), ...props });
  return Template.fromStack(stack);
}
