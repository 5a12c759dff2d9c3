import type { Logger } from '@modelyard/config';
import { DomainError } from '@modelyard/kernel';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/**
 * `extensions.code` is the domain's closed list, plus GraphQL's own faults of a document (GRAPHQL_PARSE_FAILED,
 * GRAPHQL_VALIDATION_FAILED, BAD_USER_INPUT) and INTERNAL. What is no DomainError is a bug: logged, never shown.
 */
export function graphqlErrorFormatter(logger: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = rootCause(error);
    const place = { ...(formatted.locations === undefined ? {} : { locations: formatted.locations }), ...(formatted.path === undefined ? {} : { path: formatted.path }) };
    if (cause instanceof DomainError) {
      const { field, ...details } = cause.details;
      return { message: cause.message, ...place, extensions: { code: cause.code, ...(field === undefined ? {} : { field }), ...details } };
    }
    if (cause instanceof GraphQLError || cause === null) {
      const code = formatted.extensions?.['code'];
      return { message: formatted.message, ...place, extensions: { code: typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR' ? code : 'BAD_USER_INPUT' } };
    }
    logger.error({ err: cause, path: formatted.path }, 'internal error in GraphQL');
    return { message: 'Internal error. Tell the operator when it happened; the log has the details.', ...place, extensions: { code: 'INTERNAL' } };
  };
}

function rootCause(error: unknown): unknown {
  let at = error;
  while (at instanceof GraphQLError && at.originalError !== undefined && at.originalError !== null) at = at.originalError;
  return at ?? null;
}
