import type { CombinedError } from 'urql';

/** What a page shows of a failed call. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  /** Offset of the character at fault in the field's text, from 0. */
  readonly position: number | null;
  readonly requestId: string | null;
}

/** The first error of an answer, in the API's own words; the network's faults in ours. */
export function toApiError(error: CombinedError): ApiError {
  const first = error.graphQLErrors[0];
  if (first === undefined) return networkError(error);
  const { code, field, position, requestId } = first.extensions;
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: first.message,
    field: typeof field === 'string' ? field : null,
    position: typeof position === 'number' ? position : null,
    requestId: typeof requestId === 'string' ? requestId : null,
  };
}

function networkError(error: CombinedError): ApiError {
  const status: unknown = (error.response as { status?: unknown } | undefined)?.status;
  if (status === 401) return { ...BLANK, code: 'UNAUTHENTICATED', message: 'Your session has ended. Log in again.' };
  if (status === 403) return { ...BLANK, code: 'PERMISSION_DENIED', message: 'The server refused this page. Check the host name you opened it under.' };
  if (typeof status === 'number' && status >= 400) return { ...BLANK, code: 'INTERNAL', message: `The server answered ${status}. Retry; if it stays, look at the gateway's log.` };
  return { ...BLANK, code: 'UNAVAILABLE', message: 'The server cannot be reached. Check that Modelyard runs and that your network works, then retry.' };
}

const BLANK = { field: null, position: null, requestId: null };
