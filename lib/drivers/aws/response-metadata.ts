/** The HTTP metadata in the results of optimized integrations. Pure. */
import { type Json, type JsonObject, setOwn } from '../../asl/json/json.ts';
import type { SdkResponse } from './sdk-calls.ts';

/**
 * Adds `SdkHttpMetadata` and `SdkResponseMetadata` to `output`, as optimized integrations do.
 * Header names are as Node reads them.
 */
export function withMetadata(output: JsonObject, response: SdkResponse): JsonObject {
  const single: Record<string, Json> = {};
  const all: Record<string, Json> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    setOwn(single, name, value);
    setOwn(all, name, [value]);
  }
  return {
    ...output,
    SdkHttpMetadata: {
      AllHttpHeaders: all,
      HttpHeaders: single,
      HttpStatusCode: response.status,
    },
    SdkResponseMetadata: { RequestId: response.requestId },
  };
}
