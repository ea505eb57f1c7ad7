/** What a screen shows, as commands. */
import { describe, expect, it } from 'vitest';
import {
  cliCommand,
  curlCommand,
  quoteForShell,
} from '../../../dashboard/src/commands/commands.ts';

describe('cliCommand', () => {
  it('options without a value are left out', () => {
    expect(
      cliCommand(
        'execution',
        'list',
        ['--status', 'FAILED'],
        ['--queue', ''],
        ['--limit', undefined],
      ),
    ).toBe('millrace execution list --status FAILED');
  });

  it('a value that a shell would read otherwise is quoted', () => {
    expect(cliCommand('queue', 'get', "it's; rm -rf $HOME")).toBe(
      "millrace queue get 'it'\\''s; rm -rf $HOME'",
    );
    expect(quoteForShell('')).toBe("''");
    expect(quoteForShell('a\nb')).toBe("'a\nb'");
  });
});

describe('curlCommand', () => {
  it('a token comes from the environment', () => {
    expect(
      curlCommand('https://ops.example/mill/', 'listExecutions', { query: { status: ['FAILED'] } }),
    ).toBe(
      'curl -fsS -H "authorization: Bearer $MILLRACE_TOKEN" https://ops.example/mill/v1/executions?status=FAILED'
        .replace('https', "'https")
        .concat("'"),
    );
  });

  it('a change has its method and its body', () => {
    const command = curlCommand('http://127.0.0.1:8080/', 'pauseQueue', {
      params: { queue: 'low' },
      body: { reason: "it's slow" },
    });

    expect(command).toContain('-X POST');
    expect(command).toContain(`--data-binary '{"reason":"it'\\''s slow"}'`);
    expect(command).toContain("-H 'content-type: application/json'");
  });
});
