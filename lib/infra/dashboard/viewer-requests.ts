/**
 * What CloudFront's functions do with requests before they are sent on, as source texts: they run
 * in CloudFront's own runtime, which loads no modules.
 */

/** The address of a screen shows the page, whose own files have addresses of their own. */
export const pageRequestCode = `function handler(event) {
  var request = event.request;
  if (!request.uri.startsWith('/assets/')) request.uri = '/index.html';
  return request;
}
`;

/** Tells the function behind the name that the browser knows; its own `host` is another. */
export const apiRequestCode = `function handler(event) {
  var request = event.request;
  request.headers['x-forwarded-host'] = { value: request.headers.host.value };
  return request;
}
`;
