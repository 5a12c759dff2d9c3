import type { Section } from './replay-case.js';
import { aliases, stages } from './sections/aliases-stages.js';
import { artifacts, modelArtifacts } from './sections/artifacts.js';
import { assessments } from './sections/assessments.js';
import { evaluationDatasets } from './sections/evaluation-datasets.js';
import { experiments } from './sections/experiments.js';
import { inputsOutputs } from './sections/inputs-outputs.js';
import { issues } from './sections/issues.js';
import { logBatch } from './sections/log-batch.js';
import { loggedModels } from './sections/logged-models.js';
import { metrics } from './sections/metrics.js';
import { misc } from './sections/misc.js';
import { modelVersions } from './sections/model-versions.js';
import { paramsTags } from './sections/params-tags.js';
import { prompts } from './sections/prompts.js';
import { registeredModels } from './sections/registered-models.js';
import { runs } from './sections/runs.js';
import { scorers } from './sections/scorers.js';
import { searchExperiments, searchLoggedModels, searchModels, searchVersions } from './sections/search-others.js';
import { searchRuns } from './sections/search-runs.js';
import { searchTraces } from './sections/search-traces.js';
import { spans } from './sections/spans.js';
import { traceMetrics } from './sections/trace-metrics.js';
import { legacyTraces } from './sections/traces-legacy.js';
import { traces } from './sections/traces.js';
import { webhooks } from './sections/webhooks.js';
import { workspaces } from './sections/workspaces.js';

/** All sections, in the order of their run. A new one is a file in `sections/` and a line here. */
export const SECTIONS: readonly Section[] = [
  experiments, runs, metrics, paramsTags, logBatch, inputsOutputs, loggedModels, artifacts, modelArtifacts,
  registeredModels, modelVersions, aliases, stages, prompts,
  searchRuns, searchExperiments, searchModels, searchVersions, searchLoggedModels, misc,
  traces, legacyTraces, assessments, spans, searchTraces, traceMetrics,
  webhooks, workspaces, evaluationDatasets, scorers, issues,
];
