/** Reads the ARNs that `make-arn.ts` makes. Pure. */
import { type AwsScope, defaultScope } from './aws-scope.ts';

/** What an ARN of Step Functions names. */
export type ArnSubject =
  /** `qualifier` is a version number or the name of an alias; `label` that of a Map state. */
  | {
      readonly kind: 'stateMachine';
      readonly machine: string;
      readonly label: string | null;
      readonly qualifier: string | null;
    }
  /** `machine` of a child of a map run is `machine/label`. */
  | { readonly kind: 'execution'; readonly machine: string; readonly name: string }
  | {
      readonly kind: 'express';
      readonly machine: string;
      readonly name: string;
      readonly id: string;
    }
  | { readonly kind: 'activity'; readonly name: string }
  | {
      readonly kind: 'mapRun';
      readonly machine: string;
      readonly label: string;
      readonly id: string;
    };

/** An ARN of Step Functions, in its parts. */
export interface ParsedArn {
  readonly scope: AwsScope;
  readonly subject: ArnSubject;
}

const shape = /^arn:([^:]*):states:([^:]*):([^:]*):(.+)$/su;

/** Parses an ARN of Step Functions; null when `text` is anything else. */
export function parseArn(text: string): ParsedArn | null {
  const [, partition = '', region = '', account = '', rest = ''] = shape.exec(text) ?? [];
  const subject = parseSubject(rest.split(':'));
  return subject === null ? null : { scope: { partition, region, account }, subject };
}

/** Returns the scope of an ARN that was made here. */
export function scopeOf(arn: string): AwsScope {
  return parseArn(arn)?.scope ?? defaultScope;
}

/** Parses the ARN of a STANDARD execution; undefined when `arn` is anything else. */
export function parseExecutionArn(
  arn: string,
): { readonly machineId: string; readonly name: string } | undefined {
  const subject = parseArn(arn)?.subject;
  return subject?.kind === 'execution'
    ? { machineId: subject.machine, name: subject.name }
    : undefined;
}

function parseSubject([kind, ...parts]: readonly string[]): ArnSubject | null {
  if (parts.some((part) => part === '')) return null;
  const [first, second, third] = parts;
  if (first === undefined || parts.length > 3) return null;
  switch (kind) {
    case 'stateMachine':
      return parts.length > 2 ? null : parseMachine(first, second);
    case 'activity':
      return parts.length > 1 ? null : { kind, name: first };
    case 'execution':
      return second === undefined || third !== undefined
        ? null
        : { kind, machine: first, name: second };
    case 'express':
      return second === undefined || third === undefined
        ? null
        : { kind, machine: first, name: second, id: third };
    case 'mapRun':
      return parts.length === 2 ? parseMapRun(first, second) : null;
    default:
      return null;
  }
}

function parseMachine(path: string, qualifier: string | undefined): ArnSubject | null {
  const [machine, label, ...more] = path.split('/');
  if (machine === undefined || machine === '' || label === '' || more.length > 0) return null;
  return {
    kind: 'stateMachine',
    machine,
    label: label ?? null,
    qualifier: qualifier ?? null,
  };
}

function parseMapRun(path: string, id: string | undefined): ArnSubject | null {
  const [machine, label, ...more] = path.split('/');
  if (!machine || !label || more.length > 0 || id === undefined) return null;
  return { kind: 'mapRun', machine, label, id };
}
