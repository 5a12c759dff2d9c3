import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Artifact } from '../../api/types.js';
import { resolveApiLink } from '../../app/location.js';
import { useSession } from '../../app/session.js';
import { formatBytes, prettyJson } from '../format.js';
import { Snippet } from '../snippet.js';
import { BlockSkeleton } from '../states.js';
import { Table } from '../table.js';
import classes from './artifacts.module.css';
import { parseTable, previewKind, tableOfJson, type PreviewTable } from './preview-kind.js';
import { readStart } from './read-start.js';

const MAX_IMAGE_BYTES = 20_000_000;

/** One file: image, table, JSON or text; anything else by download. Nothing of it is ever run. */
export function ArtifactPreview({ artifact }: { artifact: Artifact }) {
  const { place } = useSession();
  const url = resolveApiLink(place.prefix, artifact.url);
  const kind = previewKind(artifact.name);
  return (
    <section aria-label={`Preview of ${artifact.path}`}>
      <header className={classes.previewHead}>
        <code>{artifact.path}</code>
        <span className="soft">{artifact.sizeBytes === null ? '' : formatBytes(artifact.sizeBytes)}</span>
        <Button component="a" href={url} download={artifact.name} variant="default" leftSection={<IconDownload size={14} />} ml="auto">
          Download
        </Button>
      </header>
      {kind === 'image' && Number(artifact.sizeBytes ?? 0) <= MAX_IMAGE_BYTES ? <img src={url} alt={artifact.path} className={classes.image} /> : null}
      {kind === 'json' || kind === 'table' || kind === 'text' ? <TextPreview artifact={artifact} url={url} kind={kind} /> : null}
      {kind === 'none' ? <p className="soft">There is no preview for this kind of file.</p> : null}
    </section>
  );
}

type TextState = { readonly text: string; readonly cut: boolean } | { readonly error: string } | null;

function TextPreview({ artifact, url, kind }: { artifact: Artifact; url: string; kind: 'json' | 'table' | 'text' }) {
  const [state, setState] = useState<TextState>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setState(null);
    readStart(url, abort.signal).then(setState, (error: unknown) => {
      if (!abort.signal.aborted) setState({ error: error instanceof Error ? error.message : String(error) });
    });
    return () => abort.abort();
  }, [url, attempt]);
  if (state === null) return <BlockSkeleton height={300} />;
  if ('error' in state) {
    return (
      <div role="alert">
        <p>{state.error}</p>
        <Button variant="default" onClick={() => setAttempt(attempt + 1)}>
          Retry
        </Button>
      </div>
    );
  }
  const table = kind === 'table' ? parseTable(state.text, artifact.name) : kind === 'json' ? tableOfJson(state.text) : null;
  return (
    <>
      {table === null ? <Snippet title={artifact.name} code={kind === 'json' && !state.cut ? prettyJson(state.text) : state.text} maxHeight={560} /> : <TablePreview table={table} name={artifact.name} />}
      {state.cut ? <p className="soft">Only the beginning is shown. Download the file to see all of it.</p> : null}
    </>
  );
}

function TablePreview({ table, name }: { table: PreviewTable; name: string }) {
  return (
    <div className={classes.tableBox} tabIndex={0}>
      <Table label={name} columns={table.columns.map((label, index) => ({ label: label === '' ? `column ${index + 1}` : label }))}>
        {table.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, at) => (
              <td key={at} className={classes.cell}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </Table>
      <p className="soft">First {table.rows.length} rows.</p>
    </div>
  );
}
