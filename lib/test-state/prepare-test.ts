/**
 * Makes a test of a request, or refuses it: everything that can be said before the state runs is
 * said here.
 */
import { type IntegrationName, integrationOf } from '../engine/task/integration-name.ts';
import type { ApiShape } from '../ports/service-models.ts';
import { checkMock } from './check-mock.ts';
import { checkRequest } from './check-request.ts';
import { checkAgainstApi } from './check-result.ts';
import { type Documents, readDocuments } from './documents.ts';
import type { TestStateRequest } from './request.ts';
import { findSubject, type Subject } from './subject.ts';

/** A test that can be run. */
export interface StateTest {
  readonly request: TestStateRequest;
  readonly documents: Documents;
  readonly subject: Subject;
}

/** Throws INVALID_ARGUMENT or INVALID_DEFINITION. */
export function prepareTest(request: TestStateRequest): StateTest {
  checkRequest(request);
  const documents = readDocuments(request);
  const subject = findSubject(request);
  checkMock(subject, request, documents);
  return { request, documents, subject };
}

/** The integration whose answer the mock stands for and is held against; null without one. */
export function mockedIntegration({
  request,
  documents,
  subject,
}: StateTest): IntegrationName | null {
  const { node } = subject;
  if (documents.mockResult === undefined || node.type !== 'Task') return null;
  // what an outsider answers, no API describes
  if (request.mock?.fieldValidationMode === 'NONE' || node.pattern !== 'request') return null;
  return integrationOf(node.resource);
}

/** Holds the mocked result against the API. Throws INVALID_ARGUMENT. */
export function checkMockedResult(test: StateTest, shape: ApiShape): void {
  const { documents, request } = test;
  if (documents.mockResult === undefined) return;
  checkAgainstApi(documents.mockResult, shape, request.mock?.fieldValidationMode !== 'PRESENT');
}
