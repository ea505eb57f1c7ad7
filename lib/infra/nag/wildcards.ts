/**
 * Acknowledges wildcards in a role's policies one by one, as cdk-nag tells them: by the text that a
 * reference has in the template, which is known only when the template is nearly written.
 */
import { Stack, Validations } from 'aws-cdk-lib';
import { CfnPolicy, type IRole } from 'aws-cdk-lib/aws-iam';

/** A statement, as far as it is looked at. */
interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/**
 * Acknowledges wildcards of `role`.
 * @param meant actions, and resources, which may be references
 */
export function acknowledgeWildcards(
  role: IRole,
  meant: readonly string[] | 'all',
  reason: string,
): void {
  role.node.addValidation({
    validate: () => {
      const found = policiesOf(role).flatMap(wildcardsOf);
      const texts =
        meant === 'all' ? null : meant.map((each) => textOf(Stack.of(role).resolve(each)));
      for (const { kind, text } of found) {
        if (texts !== null && !texts.includes(text)) continue;
        Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[${kind}::${text}]`, reason });
      }
      return [];
    },
  });
}

function policiesOf(role: IRole): CfnPolicy[] {
  return role.node.findAll().filter((child) => child instanceof CfnPolicy);
}

function wildcardsOf(policy: CfnPolicy): { kind: string; text: string }[] {
  const document = Stack.of(policy).resolve(policy.policyDocument) as {
    readonly Statement: readonly Statement[];
  };
  return document.Statement.flatMap(({ Action, Resource }) => [
    ...[Action].flat().map((text) => ({ kind: 'Action', text })),
    ...[Resource].flat().map((each) => ({ kind: 'Resource', text: textOf(each) })),
  ]).filter(({ text }) => text.includes('*'));
}

/** A reference as cdk-nag writes it. */
function textOf(reference: unknown): string {
  if (typeof reference === 'string') return reference.replaceAll('${', '<').replaceAll('}', '>');
  const {
    Ref,
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    'Fn::Sub': sub,
  } = reference as {
    readonly Ref?: string;
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
    readonly 'Fn::GetAtt'?: readonly [string, string];
    readonly 'Fn::Sub'?: string;
  };
  if (Ref !== undefined) return `<${Ref}>`;
  if (sub !== undefined) return textOf(sub);
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (join !== undefined) return join[1].map(textOf).join(join[0]);
  return JSON.stringify(reference);
}
