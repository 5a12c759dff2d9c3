import { defineJob } from '@modelyard/kernel';
import { z } from 'zod';

/** Somebody wants an endpoint changed: a bell for the reconciler, which reads what is wanted now. */
export const EndpointChanged = defineJob({
  name: 'serving.endpoint-changed',
  payload: { endpointId: z.number().int() },
  key: (payload) => `endpoint:${payload.endpointId}`,
});
