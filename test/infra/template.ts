/** Reads the resources of a synthesised template. */
import type { Template } from 'aws-cdk-lib/assertions';

/** A resource of a template; its properties are not typed. */
export type TemplateResource = ReturnType<Template['findResources']>[string];

/** A statement of an IAM policy. */
export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Returns the resources of a type, with their logical ids. */
export function listResources(template: Template, type: string): [string, TemplateResource][] {
  return Object.entries(template.findResources(type));
}

/** Returns the only resource of a type whose logical id contains `idPart`. */
export function findResource(template: Template, type: string, idPart = ''): TemplateResource {
  const found = listResources(template, type).filter(([id]) => id.includes(idPart));
  const [[, resource] = [], ...others] = found;
  if (resource === undefined || others.length > 0) {
    throw new Error(`expected one ${type} with '${idPart}' in its id; found ${found.length}`);
  }
  return resource;
}

/** Returns the statements of the policies whose logical id contains `idPart`. */
export function listStatements(template: Template, idPart = ''): Statement[] {
  return listResources(template, 'AWS::IAM::Policy')
    .filter(([id]) => id.includes(idPart))
    .flatMap(([, { Properties }]): Statement[] => Properties.PolicyDocument.Statement);
}

/** Returns the sorted actions of these statements, without those that write logs and traces. */
export function listActions(statements: readonly Statement[]): string[] {
  const actions = statements.flatMap(({ Action }) => Action);
  return [...new Set(actions)].filter((each) => !/^(logs|xray):/.test(each)).sort();
}
