/**
 * Recorded answers of TestState: the request goes to the library's own `testState`, as AWS got it.
 */

import type { Handler } from '../../lib/drivers/handlers/handler.ts';
import { hasCode } from '../../lib/errors.ts';
import { testState } from '../../lib/operations/test-state.ts';
import type { TestStateRequest } from '../../lib/test-state/request.ts';

/** What a case of this kind has. */
export interface RecordedTestState {
  readonly request?: TestStateRequest;
  /** The Lambda functions that were there, by name, and which code they ran. */
  readonly lambdas?: Readonly<Record<string, string>>;
}

/** What a recording's functions do. */
const functions: Readonly<Record<string, Handler>> = {
  'return_bytes_str.py': () => 'HelloWorld!',
};

/** The reply, or the error that AWS would answer. */
export async function testStateDocument(recorded: RecordedTestState): Promise<object> {
  const { request, handlers } = withFunctions(recorded);
  try {
    const reply = await testState(request, { handlers });
    return { response: { ...reply, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 200 } } };
  } catch (error) {
    if (!hasCode(error)) throw error;
    const { awsType, awsMessage } = error.fields;
    return { error: { type: awsType ?? error.code, message: awsMessage ?? error.message } };
  }
}

/** A recording hides the names of its functions, and its role's ARN, behind texts that are none. */
function withFunctions({ request, lambdas = {} }: RecordedTestState): {
  request: TestStateRequest;
  handlers: Record<string, Handler>;
} {
  let text = JSON.stringify(request);
  const handlers: Record<string, Handler> = {};
  for (const [hidden, file] of Object.entries(lambdas)) {
    const name = hidden.replaceAll(/[<>]/g, '');
    text = text.replaceAll(hidden, name);
    const code = functions[file.split('/').at(-1) ?? ''];
    if (code !== undefined) handlers[name] = code;
  }
  const named: TestStateRequest = JSON.parse(text);
  const { roleArn } = named;
  if (roleArn === undefined || roleArn.startsWith('arn:')) return { request: named, handlers };
  const arn = `arn:aws:iam::111111111111:role/${roleArn}`;
  return { request: { ...named, roleArn: arn }, handlers };
}
