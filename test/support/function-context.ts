import type { Context } from 'aws-lambda';

/**
 * Creates the context of an invocation, as Lambda passes it to a function.
 * @param remainingMs called for each `getRemainingTimeInMillis()`
 */
export function functionContext(remainingMs: () => number = () => 60_000): Context {
  return {
    awsRequestId: 'request-1',
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'worker',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:worker',
    logGroupName: '/aws/lambda/worker',
    logStreamName: '2026/11/24/[$LATEST]0',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: remainingMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
