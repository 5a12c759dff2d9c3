/** The operating-system users that models run as when the worker is root: no distribution assigns these. */
export const MODEL_UIDS = { first: 61_000, last: 64_999 } as const;
