import { DomainError } from '@modelyard/kernel';
import type { OnlineScoring, ScorerVersion } from '@modelyard/tracking';
import { z } from 'zod';
import { isInteger, isList, isListOfTexts, isText, missingValue, required } from '../proto/checks.js';
import { maybeInt32, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Messages of MLflow's scorers (mlflow 3.17, service.proto and handlers.py). */
const id = [required, isText];

export const REGISTER = request({ experiment_id: text, name: text, serialized_scorer: text }, { experiment_id: id, name: id, serialized_scorer: id });
export const LIST = request({ experiment_id: text, experiment_ids: texts }, { experiment_id: [isText], experiment_ids: [isList, isListOfTexts] });
export const VERSIONS = request({ experiment_id: text, name: text }, { experiment_id: id, name: id });
export const VERSION = request({ experiment_id: text, name: text, version: maybeInt32 }, { experiment_id: id, name: id, version: [isInteger] });

export const ONLINE_CONFIGS = request({ scorer_ids: texts }, { scorer_ids: [required, isList, isListOfTexts] });

/** No protobuf message in MLflow. */
export const ONLINE_CONFIG = z.record(z.string(), z.unknown()).transform((json) => {
  const rate = json['sample_rate'];
  const filter = json['filter_string'] ?? null;
  const refused = (message: string, field: string) => new DomainError('INVALID_ARGUMENT', message, { field });
  if (filter !== null && typeof filter !== 'string') throw refused("Invalid value for parameter 'filter_string' supplied. Expected type 'str' or None.", 'filter_string');
  const sampleRate = typeof rate === 'string' && rate.trim() !== '' || typeof rate === 'number' ? Number(rate) : NaN;
  if (Number.isNaN(sampleRate)) throw refused(rate === undefined || rate === null || rate === '' ? missingParameter('sample_rate') : 'sample_rate must be a number.', 'sample_rate');
  return { experimentId: textOf(json, 'experiment_id'), name: textOf(json, 'name'), sampleRate, filter };
});

function missingParameter(name: string): string {
  return `${missingValue(name)} See the API docs for more information about request parameters.`;
}

function textOf(json: Readonly<Record<string, unknown>>, name: string): string {
  const value = json[name];
  if (value === undefined || value === null || value === '') throw new DomainError('INVALID_ARGUMENT', missingParameter(name), { field: name });
  if (typeof value !== 'string') throw new DomainError('INVALID_ARGUMENT', `Invalid value for parameter '${name}' supplied. It must be a text.`, { field: name });
  return value;
}

export function scorerMessage(scorer: ScorerVersion) {
  return {
    // A number here, a text in the answer of a registration.
    experiment_id: Number(scorer.experimentId),
    scorer_name: scorer.name,
    scorer_version: scorer.version,
    serialized_scorer: scorer.serializedScorer,
    creation_time: scorer.creationTime,
    scorer_id: scorer.scorerId,
  };
}

export function onlineMessage({ configId, scorerId, experimentId, sampleRate, filter }: OnlineScoring) {
  return { online_scoring_config_id: configId, scorer_id: scorerId, sample_rate: sampleRate, experiment_id: experimentId, filter_string: filter ?? undefined };
}
