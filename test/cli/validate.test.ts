/** `millrace validate`: everything that is wrong with a definition, at once. */
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
  it('says that a valid definition is valid', async () => {
    const folder = folderWith({ 'a.json': echo });

    const asText = await call(['validate', 'a.json'], { folder });
    const asJson = await call(['validate', 'a.json', '--json'], { folder });

    expect(asText).toEqual({ status: 0, stdout: 'a.json is valid\n', stderr: '' });
    expect(jsonOf(asJson)).toEqual({ result: 'OK', diagnostics: [] });
  });

  it('reads YAML like JSON', async () => {
    const folder = folderWith({ 'a.yaml': 'StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n' });

    expect((await call(['validate', 'a.yaml'], { folder })).status).toBe(0);
  });

  it('tells every problem at once, each with its JSON pointer', async () => {
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

  it.each([
    ['a.json', '{\n  "StartAt": "A"\n  "States": {}\n}', /a\.json, line 3, column 3/],
    ['a.yaml', 'StartAt: A\nStates:\n  A: {Type: Pass\n', /a\.yaml, line \d, column \d/],
  ])('says where %s cannot be read', async (name, content, place) => {
    const folder = folderWith({ [name]: content });

    const result = await call(['validate', name], { folder });

    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toMatch(place);
  });
});
