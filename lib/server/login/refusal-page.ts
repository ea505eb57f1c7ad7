import type { Problem } from '../../api/problem.ts';

/** Returns a page that says why a login failed, without scripts and styles. */
export function refusalPage({ status, headers, document }: Problem): Response {
  const { detail, requestId } = document;
  const html = [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8" /><title>Not logged in · Millrace</title></head>',
    '<body>',
    '<h1>Not logged in</h1>',
    `<p>${escapeHtml(String(detail))}.</p>`,
    '<p><a href="/auth/login">Log in again</a></p>',
    `<p><small>Request ${escapeHtml(String(requestId))}</small></p>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
  const type = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(html, { status, headers: { ...headers, ...type } });
}

/** Characters that turn the order of a text around, or cannot be seen, are left out. */
function escapeHtml(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
