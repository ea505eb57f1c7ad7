/** Runs tests of states, and keeps the reply of the last one. */
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import type { TestReply } from './test-overlays.ts';

/** What a test is made of besides the definition. */
export interface StateTest {
  /** JSON texts, as they are typed. */
  readonly input: string;
  readonly variables: string;
  readonly mock:
    | { readonly kind: 'none' }
    | { readonly kind: 'result'; readonly result: string }
    | { readonly kind: 'error'; readonly error: string; readonly cause: string };
  /** How often the state has been retried before. */
  readonly retries: number;
}

/** A state that can be tested. */
export interface StateTester {
  readonly run: (test: StateTest) => void;
  readonly isRunning: boolean;
  readonly reply: TestReply | undefined;
  readonly error: Error | null;
  /** Why there is nothing to run. */
  readonly blocked: string | null;
}

/** Returns what tests the state `stateName` of a definition. */
export function useStateTest(definition: string, stateName: string): StateTester {
  const { mutate, data, error, isPending, variables } = useMutation({
    mutationFn: ({ test, state }: { readonly test: StateTest; readonly state: string }) =>
      api.call('testState', { body: bodyOf(definition, state, test) }),
  });
  // The reply is about the state that was tested, which may no longer be chosen.
  const isCurrent = variables?.state === stateName;
  return {
    run: (test) => mutate({ test, state: stateName }),
    isRunning: isPending,
    reply: isCurrent ? data : undefined,
    error: isCurrent ? error : null,
    blocked: stateName === '' ? 'Choose a state first' : null,
  };
}

function bodyOf(definition: string, stateName: string, test: StateTest) {
  const { input, variables, mock, retries } = test;
  return {
    definition,
    stateName,
    inspectionLevel: 'DEBUG' as const,
    ...(input.trim() !== '' && { input }),
    ...(variables.trim() !== '' && { variables }),
    ...(mock.kind === 'result' && { mock: { result: mock.result } }),
    ...(mock.kind === 'error' && {
      mock: {
        errorOutput: {
          ...(mock.error !== '' && { error: mock.error }),
          ...(mock.cause !== '' && { cause: mock.cause }),
        },
      },
    }),
    ...(retries > 0 && { stateConfiguration: { retrierRetryCount: retries } }),
  };
}
