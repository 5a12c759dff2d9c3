import type { Section } from './replay-case.js';
import { experiments } from './sections/experiments.js';
import { logBatch } from './sections/log-batch.js';
import { metrics } from './sections/metrics.js';
import { paramsTags } from './sections/params-tags.js';
import { runs } from './sections/runs.js';

/** All sections, in the order of their run. A new one is a file in `sections/` and a line here. */
export const SECTIONS: readonly Section[] = [experiments, runs, metrics, paramsTags, logBatch];
