import { Stack, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { networkActions } from '../compute/network-actions.ts';

/** The part of a policy statement that can contain wildcards. */
interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/**
 * Acknowledges wildcards in the policies of a role, or in a managed policy. A finding of cdk-nag
 * contains the text of the wildcard in the template, where references have logical ids; it is only
 * known when the template is validated.
 * @param meant the accepted actions and resources, which may be references
 */
export function acknowledgeWildcards(
  holder: IConstruct,
  meant: readonly string[] | 'all',
  reason: string,
): void {
  holder.node.addValidation({
    validate: () => {
      const found = findPolicies(holder).flatMap(findWildcards);
      const texts =
        meant === 'all' ? null : meant.map((each) => toNagText(Stack.of(holder).resolve(each)));
      for (const { kind, text } of found) {
        if (texts !== null && !texts.includes(text)) continue;
        Validations.of(holder).acknowledge({ id: `AwsSolutions-IAM5[${kind}::${text}]`, reason });
      }
      return [];
    },
  });
}

/**
 * Acknowledges that a role sends traces to any resource, and connects to a VPC, and nothing else: a
 * statement of its own for all resources that allows another action as well is found.
 */
export function acknowledgeTracing(role: IConstruct): void {
  role.node.addValidation({
    validate: () => {
      const unlimited = findPolicies(role)
        .flatMap(listStatements)
        .filter(({ Resource }) => [Resource].flat().includes('*'));
      const actions = unlimited.flatMap(({ Action }) => Action);
      const accepted = (action: string) =>
        action.startsWith('xray:') || networkActions.includes(action);
      if (actions.length > 0 && actions.every(accepted)) {
        Validations.of(role).acknowledge({
          id: 'AwsSolutions-IAM5[Resource::*]',
          reason:
            'X-Ray defines no resources for xray:PutTraceSegments and PutTelemetryRecords, and ' +
            'EC2 none for what Lambda does to connect a function to a VPC.',
        });
      }
      return [];
    },
  });
}

type AnyPolicy = CfnManagedPolicy | CfnPolicy;

function findPolicies(holder: IConstruct): AnyPolicy[] {
  return holder.node
    .findAll()
    .filter((child) => child instanceof CfnPolicy || child instanceof CfnManagedPolicy);
}

function listStatements(policy: AnyPolicy): readonly Statement[] {
  const document = Stack.of(policy).resolve(policy.policyDocument) as {
    readonly Statement: readonly Statement[];
  };
  return document.Statement;
}

function findWildcards(policy: AnyPolicy): { kind: string; text: string }[] {
  return listStatements(policy)
    .flatMap(({ Action, Resource }) => [
      ...[Action].flat().map((text) => ({ kind: 'Action', text })),
      ...[Resource].flat().map((each) => ({ kind: 'Resource', text: toNagText(each) })),
    ])
    .filter(({ text }) => text.includes('*'));
}

/** Returns the text of a reference in the findings of cdk-nag. */
function toNagText(reference: unknown): string {
  if (typeof reference === 'string') return reference.replaceAll('${', '<').replaceAll('}', '>');
  const {
    Ref,
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    'Fn::Sub': sub,
    'Fn::ImportValue': imported,
  } = reference as {
    readonly Ref?: string;
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
    readonly 'Fn::GetAtt'?: readonly [string, string];
    readonly 'Fn::Sub'?: string;
    readonly 'Fn::ImportValue'?: string;
  };
  if (Ref !== undefined) return `<${Ref}>`;
  if (sub !== undefined) return toNagText(sub);
  if (imported !== undefined) return imported;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (join !== undefined) return join[1].map(toNagText).join(join[0]);
  return JSON.stringify(reference);
}
