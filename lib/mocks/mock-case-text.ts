/**
 * A test case of a mock file as a text, which an execution carries: workers need no file, and a
 * file that changes does not change the answers of what runs.
 */
import type { MockCase, MockedResponse } from './mock-file.ts';

/** Returns a test case as a text. */
export function encodeMockCase(mockCase: MockCase): string {
  return JSON.stringify([...mockCase]);
}

/** Returns the test case that {@link encodeMockCase} has written. */
export function decodeMockCase(text: string): MockCase {
  return new Map(JSON.parse(text) as [string, MockedResponse][]);
}
