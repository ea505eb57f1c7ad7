/** What an operation of the API is made of. */
import type { OperationContext } from './operation-context.ts';
import type { StructureShape, ValueOf } from './shapes/shape.ts';

/** One operation of the API: what it takes, and how it is carried out. */
export interface ServiceOperation {
  readonly name: string;
  readonly shape: StructureShape;
  /** Whether it changes nothing, so that a read-only key may call it. */
  readonly isRead: boolean;
  /** Whether it waits for work, up to a minute. @default false */
  readonly isPoll?: boolean;
  /** Whether it is the daily traffic of programs, which is logged for debugging only. */
  readonly isTraffic?: boolean;
  /** Carries out a request whose members have been checked; returns the answer's members. */
  readonly run: (members: never, context: OperationContext) => Promise<object>;
}

/** What an operation is made of. */
interface OperationParts<Described extends StructureShape> {
  readonly shape: Described;
  readonly run: (members: ValueOf<Described>, context: OperationContext) => Promise<object>;
}

/** Returns an operation that only reads. */
export function reading<Described extends StructureShape>(
  name: string,
  { shape, run }: OperationParts<Described>,
): ServiceOperation {
  return { name, shape, run, isRead: true };
}

/** Returns an operation that changes something. */
export function changing<Described extends StructureShape>(
  name: string,
  { shape, run }: OperationParts<Described>,
): ServiceOperation {
  return { name, shape, run, isRead: false };
}
