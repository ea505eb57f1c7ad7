/** An API whose operations a test replaces. */
import {
  type ApiCall,
  contract,
  type OperationName,
  type Operations,
} from '../../lib/api/contract/contract.ts';
import {
  type Api,
  type Arrival,
  type CreateApiOptions,
  createApi,
} from '../../lib/api/create-api.ts';
import { ApiCaller } from './api-caller.ts';
import { QuietLogger } from './quiet-logger.ts';

/** One operation, as a test replaces it. */
type Run = (request: unknown, call: ApiCall) => Promise<unknown>;

/** The API, and what reached it. */
export interface StubApi {
  readonly api: Api;
  readonly caller: ApiCaller;
  readonly logger: QuietLogger;
  /** The requests to operations, in order. */
  readonly requests: { readonly name: string; readonly request: unknown }[];
}

/** Creates an API with the operations of `runs`; all others return an empty object. */
export function openStubApi(
  runs: Partial<Record<OperationName, Run>> = {},
  options: Partial<CreateApiOptions> = {},
  arrival: Arrival = {},
): StubApi {
  const requests: { name: string; request: unknown }[] = [];
  const logger = new QuietLogger();
  const operations = Object.fromEntries(
    Object.keys(contract).map((name) => [
      name,
      async (request: unknown, call: ApiCall) => {
        requests.push({ name, request });
        return (await runs[name as OperationName]?.(request, call)) ?? {};
      },
    ]),
  ) as Record<OperationName, Run>;
  const api = createApi(operations as Operations, { logger, ...options });
  const caller = new ApiCaller(api, { requestId: 'r-1', caller: 'arn:ada', ...arrival });
  return { api, caller, logger, requests };
}
