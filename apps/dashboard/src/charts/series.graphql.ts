import { gql } from 'urql';
import type { DateTime, Long, MetricSeries, RunStatus, SeriesAxis } from '../api/types.js';

export interface RunSeries {
  id: string;
  runId: string;
  name: string;
  status: RunStatus;
  startedAt: DateTime | null;
  metricSeries: MetricSeries[];
}

export interface RunSeriesVariables {
  id: string;
  keys: string[];
  maxPoints: number;
  xAxis: SeriesAxis;
  from?: Long | null;
  to?: Long | null;
}

export const RUN_SERIES = gql<{ run: RunSeries }, RunSeriesVariables>`
  query RunSeries($id: String!, $keys: [String!]!, $maxPoints: Int!, $xAxis: SeriesAxis!, $from: Long, $to: Long) {
    run(id: $id) {
      id
      runId
      name
      status
      startedAt
      metricSeries(keys: $keys, maxPoints: $maxPoints, xAxis: $xAxis, from: $from, to: $to) {
        key
        totalPoints
        downsampled
        points {
          step
          timestamp
          value
          min
          max
        }
      }
    }
  }
`;
