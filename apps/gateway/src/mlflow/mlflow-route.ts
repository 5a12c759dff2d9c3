import { applyDecorators, Header, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';


/**
 * One MLflow route on both of its mounts: `/api/<version>` and `/ajax-api/<version>`. Answers 200, as MLflow does also
 * for creations. `path` starts with a slash and may hold `:name` parameters.
 */
export function MlflowRoute(verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, version: '2.0' | '3.0' = '2.0'): MethodDecorator {
  const paths = [`/api/${version}${path}`, `/ajax-api/${version}${path}`];
  return applyDecorators(RequestMapping({ method: RequestMethod[verb], path: paths }), HttpCode(200), Header('content-type', 'application/json'));
}
