/** The states of jobs, service by service. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import { polledJobs } from '../../../lib/drivers/aws/polled-jobs.ts';

const query = (State: string) => ({ QueryExecution: { Status: { State } } });
const builds = (BuildStatus: string) => ({ Builds: [{ Id: 'b', BuildStatus }] });
const task = (LastStatus: string, ...codes: (number | null)[]) => ({
  Tasks: [{ TaskArn: 't', LastStatus, Containers: codes.map((ExitCode) => ({ ExitCode })) }],
});

describe('a job', () => {
  it.each<[string, JsonObject, string | null]>([
    ['athena:startQueryExecution', query('QUEUED'), 'running'],
    ['athena:startQueryExecution', query('SUCCEEDED'), 'succeeded'],
    ['athena:startQueryExecution', query('CANCELLED'), 'failed'],
    ['codebuild:startBuild', builds('IN_PROGRESS'), 'running'],
    ['codebuild:startBuild', builds('SUCCEEDED'), 'succeeded'],
    ['codebuild:startBuild', builds('TIMED_OUT'), 'failed'],
    ['codebuild:startBuild', { Builds: [] }, null],
    ['ecs:runTask', task('PENDING'), 'running'],
    ['ecs:runTask', task('STOPPED', 0, 0), 'succeeded'],
    ['ecs:runTask', task('STOPPED', 0, 1), 'failed'],
    ['ecs:runTask', task('STOPPED', null), 'failed'],
    ['ecs:runTask', { Tasks: [] }, null],
  ])('a job of %s described as %j is %s', (name, described, kind) => {
    expect(polledJobs.get(name)?.readState(described)?.kind ?? null).toBe(kind);
  });

  it('a job is polled by the response to its start', () => {
    const describe = (name: string, submitted: JsonObject) =>
      polledJobs.get(name)?.describe(submitted);

    expect(describe('codebuild:startBuild', { Build: { Id: 'b' } })).toEqual({
      action: 'batchGetBuilds',
      parameters: { Ids: ['b'] },
    });
    expect(describe('ecs:runTask', { Tasks: [{ TaskArn: 't', ClusterArn: 'c' }] })).toEqual({
      action: 'describeTasks',
      parameters: { Cluster: 'c', Tasks: ['t'] },
    });
    expect(describe('ecs:runTask', { Tasks: [], Failures: [{ Reason: 'full' }] })).toBeNull();
  });
});
