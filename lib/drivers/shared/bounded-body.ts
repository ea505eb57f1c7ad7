/** Reads response bodies up to a maximum size, so that none can fill the memory. */
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';

/**
 * Reads `body` to its end. Throws a {@link TaskFailure} with `States.DataLimitExceeded` as soon as
 * it is larger than `bytesMax`.
 */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) {
      const cause = `the response's body is larger than ${bytesMax} bytes`;
      throw new TaskFailure(ErrorName.dataLimitExceeded, cause);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
