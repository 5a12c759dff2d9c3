import { Global, Module } from '@nestjs/common';
import { RunInputService } from './dataset/run-input.service.js';
import { DatasetRecordService } from './evaluation-dataset/dataset-record.service.js';
import { EvaluationDatasetSearchService } from './evaluation-dataset/evaluation-dataset-search.service.js';
import { EvaluationDatasetService } from './evaluation-dataset/evaluation-dataset.service.js';
import { ExperimentSearchService } from './experiment/experiment-search.service.js';
import { ExperimentService } from './experiment/experiment.service.js';
import { IssueService } from './issue/issue.service.js';
import { LoggedModelSearchService } from './logged-model/logged-model-search.service.js';
import { LoggedModelService } from './logged-model/logged-model.service.js';
import { MetricSeriesService } from './metric/metric-series.service.js';
import { MetricService } from './metric/metric.service.js';
import { RunColumnsService } from './run/run-columns.service.js';
import { RunLogService } from './run/run-log.service.js';
import { RunSearchService } from './run/run-search.service.js';
import { RunService } from './run/run.service.js';
import { AssessmentService } from './assessment/assessment.service.js';
import { ScorerService } from './scorer/scorer.service.js';
import { DeleteTraces } from './trace/delete-traces.js';
import { LegacyTraceService } from './trace/legacy-trace.service.js';
import { TraceCorrelationService } from './trace/trace-correlation.service.js';
import { TraceIngestService } from './trace/trace-ingest.service.js';
import { TraceLinkService } from './trace/trace-link.service.js';
import { TraceMetricsService } from './trace/trace-metrics.service.js';
import { TraceSearchService } from './trace/trace-search.service.js';
import { TraceService } from './trace/trace.service.js';

const services = [
  ExperimentService, ExperimentSearchService, RunService, RunLogService, RunSearchService, RunInputService, MetricService, MetricSeriesService, RunColumnsService, LoggedModelService, LoggedModelSearchService,
  TraceService, TraceIngestService, TraceLinkService, TraceSearchService, TraceCorrelationService, TraceMetricsService, DeleteTraces, LegacyTraceService, AssessmentService,
  EvaluationDatasetService, EvaluationDatasetSearchService, DatasetRecordService, ScorerService, IssueService,
];

@Global()
@Module({ providers: services, exports: services })
export class TrackingModule {}
