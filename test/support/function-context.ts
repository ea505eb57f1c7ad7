/** An invocation as Lambda describes it to a function, with as much time as the test gives it. */
import type { Context } from 'aws-lambda';

/** @param remainingMs asked anew each time */
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
