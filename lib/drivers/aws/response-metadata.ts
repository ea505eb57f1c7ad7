/** What optimized integrations tell of the HTTP response beside a result, in AWS's shape. Pure. */
import { type Json, type JsonObject, setOwn } from '../../asl/json/json.ts';
import type { SdkAnswer } from './sdk-calls.ts';

/** `output` with `SdkHttpMetadata` and `SdkResponseMetadata`; header names as Node reads them. */
export function withMetadata(output: JsonObject, answer: SdkAnswer): JsonObject {
  const single: Record<string, Json> = {};
  const all: Record<string, Json> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    setOwn(single, name, value);
    setOwn(all, name, [value]);
  }
  return {
    ...output,
    SdkHttpMetadata: {
      AllHttpHeaders: all,
      HttpHeaders: single,
      HttpStatusCode: answer.status,
    },
    SdkResponseMetadata: { RequestId: answer.requestId },
  };
}
