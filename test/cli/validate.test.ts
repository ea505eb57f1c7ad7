/** `millrace validate`: every problem of a definition at once. */
import { describe, expect, it } from 'vitest';
import { call, echo, folderWith, jsonOf } from './cli-call.ts';

const broken = JSON.stringify({
  StartAt: 'Nowhere',
  States: {
    A: { Type: 'Pass', Next: 'Gone' },
    B: { Type: 'Wait', End: true },
  },
});

describe('validate', () => {
  it('validate accepts a valid definition', async () => {
    const folder = folderWith({ 'a.json': echo });

    const asText = await call(['validate', 'a.json'], { folder });
    const asJson = await call(['validate', 'a.json', '--json'], { folder });

    expect(asText).toEqual({ status: 0, stdout: 'a.json is valid\n', stderr: '' });
    expect(jsonOf(asJson)).toEqual({ result: 'OK', diagnostics: [], truncated: false });
  });

  it('validate reads YAML like JSON', async () => {
    const folder = folderWith({ 'a.yaml': 'StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n' });

    expect((await call(['validate', 'a.yaml'], { folder })).status).toBe(0);
  });

  it('validate prints every problem with its JSON pointer', async () => {
    const folder = folderWith({ 'a.json': broken });

    const asText = await call(['validate', 'a.json'], { folder });
    const asJson = await call(['validate', 'a.json', '--json'], { folder });

    expect(asText.status).toBe(1);
    for (const place of ['/StartAt', '/States/A/Next', '/States/B']) {
      expect(asText.stdout).toContain(`ERROR ${place}:`);
    }
    expect(asText.stdout).toMatch(/a\.json is not valid\n$/);
    expect(jsonOf(asJson)).toMatchObject({
      result: 'FAIL',
      diagnostics: expect.arrayContaining([
        expect.objectContaining({ severity: 'ERROR', location: '/States/A/Next' }),
      ]),
    });
  });

  it('validate prints the line of each problem, in JSON and in YAML', async () => {
    const json = '{"StartAt": "A", "States": {\n "A": {"Type": "Pass",\n  "Next": "B"}}}';
    const yaml = 'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n';
    const folder = folderWith({ 'a.json': json, 'a.yaml': yaml });

    const ofJson = await call(['validate', 'a.json'], { folder });
    const ofYaml = await call(['validate', 'a.yaml'], { folder });

    expect(ofJson.stdout).toContain('a.json:3: ERROR /States/A/Next:');
    expect(ofYaml.stdout).toContain('a.yaml:5: ERROR /States/A/Next:');
  });

  it("validate --json prints AWS's reply, with at most as many problems as requested", async () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'X' }, 1] };
    const definition = JSON.stringify({ StartAt: 'A', States: { A: choice } });
    const folder = folderWith({ 'a.json': definition });

    const result = await call(['validate', 'a.json', '--json', '--max-results', '1'], { folder });

    expect(result.status).toBe(1);
    expect(jsonOf(result)).toEqual({
      result: 'FAIL',
      diagnostics: [
        {
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          message: 'Expected value of type [OBJECT]',
          location: '/States/A/Choices[1]',
        },
      ],
      truncated: true,
    });
  });

  it('validate prints warnings, which refuse nothing, unless only errors are requested', async () => {
    const state = { Type: 'Pass', Result: '$.a', End: true };
    const folder = folderWith({ 'a.json': JSON.stringify({ StartAt: 'A', States: { A: state } }) });

    const all = await call(['validate', 'a.json'], { folder });
    const errors = await call(['validate', 'a.json', '--severity', 'ERROR'], { folder });

    expect(all).toMatchObject({ status: 0, stdout: expect.stringContaining('WARNING /States/A') });
    expect(errors).toMatchObject({ status: 0, stdout: 'a.json is valid\n' });
  });

  it('validate checks the limits of EXPRESS machines', async () => {
    const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
    const state = { Type: 'Task', Resource, End: true };
    const folder = folderWith({ 'a.json': JSON.stringify({ StartAt: 'A', States: { A: state } }) });

    expect((await call(['validate', 'a.json'], { folder })).status).toBe(0);
    expect((await call(['validate', 'a.json', '--type', 'EXPRESS'], { folder })).status).toBe(1);
  });

  it('validate refuses invalid options', async () => {
    const folder = folderWith({ 'a.json': broken });

    for (const words of [
      ['--type', 'FAST'],
      ['--severity', 'INFO'],
      ['--max-results', '101'],
    ]) {
      expect((await call(['validate', 'a.json', ...words], { folder })).status).toBe(2);
    }
  });

  it.each([
    ['a.json', '{\n  "StartAt": "A"\n  "States": {}\n}', /a\.json, line 3, column 3/],
    ['a.yaml', 'StartAt: A\nStates:\n  A: {Type: Pass\n', /a\.yaml, line \d, column \d/],
  ])('validate reports where %s cannot be parsed', async (name, content, place) => {
    const folder = folderWith({ [name]: content });

    const result = await call(['validate', name], { folder });

    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toMatch(place);
  });
});
