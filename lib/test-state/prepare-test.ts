/** Validates a request: every error that does not need the state to run is thrown here. */
import { type IntegrationName, parseIntegrationName } from '../engine/task/integration-name.ts';
import type { ApiShape } from '../ports/service-models.ts';
import { checkTaskContext } from './check-context.ts';
import { checkMock } from './check-mock.ts';
import { checkRequest } from './check-request.ts';
import { checkAgainstApi } from './check-result.ts';
import { type Documents, readDocuments } from './documents.ts';
import type { TestStateRequest } from './request.ts';
import { findSubject, type Subject } from './subject.ts';

/** A valid test. */
export interface StateTest {
  readonly request: TestStateRequest;
  readonly documents: Documents;
  readonly subject: Subject;
}

/** Returns the test for a request. Throws INVALID_ARGUMENT or INVALID_DEFINITION. */
export function prepareTest(request: TestStateRequest): StateTest {
  checkRequest(request);
  const documents = readDocuments(request);
  const subject = findSubject(request);
  checkTaskContext(subject, documents.context);
  checkMock(subject, request, documents);
  return { request, documents, subject };
}

/** Returns the integration whose response the mocked result must match; null when there is none. */
export function findMockedIntegration({
  request,
  documents,
  subject,
}: StateTest): IntegrationName | null {
  const { node } = subject;
  if (documents.mockResult === undefined || node.type !== 'Task') return null;
  // No API describes an answer from outside.
  if (request.mock?.fieldValidationMode === 'NONE' || node.pattern !== 'request') return null;
  return parseIntegrationName(node.resource);
}

/** Checks the mocked result against the API. Throws INVALID_ARGUMENT. */
export function checkMockedResult(test: StateTest, shape: ApiShape): void {
  const { documents, request } = test;
  if (documents.mockResult === undefined) return;
  checkAgainstApi(documents.mockResult, shape, request.mock?.fieldValidationMode !== 'PRESENT');
}
