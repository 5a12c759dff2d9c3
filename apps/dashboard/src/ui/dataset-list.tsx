import type { DatasetInput } from '../api/types.js';
import { Facts } from './facts.js';

/** Datasets that a run read: name, digest, role, source. */
export function DatasetList({ datasets, empty }: { datasets: readonly DatasetInput[]; empty: string }) {
  if (datasets.length === 0) return <p className="soft">{empty}</p>;
  return (
    <Facts
      items={datasets.map((dataset) => [
        dataset.context ?? 'dataset',
        <span key={dataset.digest}>
          {dataset.name} <code className="soft">{dataset.digest}</code>
          <br />
          <span className="soft">
            {sourceText(dataset)}
            {sizeText(dataset.profile)}
          </span>
        </span>,
      ])}
    />
  );
}

function sourceText({ source, sourceType }: DatasetInput): string {
  const parsed = parse(source);
  const place = parsed?.['url'] ?? parsed?.['uri'] ?? parsed?.['path'];
  return typeof place === 'string' ? place : sourceType;
}

function sizeText(profile: string | null): string {
  const rows = profile === null ? undefined : parse(profile)?.['num_rows'];
  return typeof rows === 'number' ? `, ${rows.toLocaleString('en-US')} rows` : '';
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
