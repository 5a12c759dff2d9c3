import { EXPERIMENT_STEPS } from './experiment-steps.js';
import type { ImportStep } from './import-step.js';
import { INPUT_STEPS } from './input-steps.js';
import { LOGGED_MODEL_STEPS } from './logged-model-steps.js';
import { RUN_STEPS } from './run-steps.js';
import { SPAN_STEPS } from './span-step.js';
import { TRACE_STEPS } from './trace-steps.js';

/** In this order: what others refer to comes first. */
export const TRACKING_IMPORT: readonly ImportStep[] = [...EXPERIMENT_STEPS, ...RUN_STEPS, ...INPUT_STEPS, ...LOGGED_MODEL_STEPS, ...TRACE_STEPS, ...SPAN_STEPS];
