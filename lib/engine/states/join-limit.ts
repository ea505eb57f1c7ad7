/** Limits what the branches of a Parallel or Map return together, while others still run. */
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { Visit } from '../visit.ts';

/**
 * Maximum length of the outputs of all branches, in payloads: the result of the state may be only
 * one, but `ResultSelector` may shorten it first.
 */
const payloadsMax = 64;

/** Throws `States.DataLimitExceeded` when the outputs of the branches are too long together. */
export function requireJoinable({ transition, node }: Visit, outputChars: number): void {
  const charsMax = payloadsMax * transition.machine.limits.payloadBytesMax;
  if (outputChars <= charsMax) return;
  throw new StateError(
    ErrorName.dataLimitExceeded,
    `The branches of the state '${node.name}' returned more than ${charsMax} characters together.`,
  );
}
