import { IconChevronRight, IconFile, IconFolder } from '@tabler/icons-react';
import { useState } from 'react';
import { useQuery, type TypedDocumentNode } from 'urql';
import type { Artifact } from '../../api/types.js';
import { formatBytes } from '../format.js';
import { BlockSkeleton, EmptyState, ErrorState, TableSkeleton } from '../states.js';
import { ArtifactPreview } from './artifact-preview.js';
import classes from './artifacts.module.css';

interface ArtifactBrowserProps<D, V extends object> {
  readonly document: TypedDocumentNode<D, V & { path: string | null }>;
  readonly variables: V;
  readonly read: (data: D) => readonly Artifact[];
  /** Path of the shown file, as in the URL. */
  readonly selected: string | null;
  readonly onSelect: (path: string) => void;
}

/** Files as a tree that loads folder by folder, with a preview of one file beside it. */
export function ArtifactBrowser<D, V extends object>(props: ArtifactBrowserProps<D, V>) {
  const [shown, setShown] = useState<Artifact | null>(null);
  const select = (artifact: Artifact) => {
    setShown(artifact);
    if (artifact.path !== props.selected) props.onSelect(artifact.path);
  };
  return (
    <div className={classes.browser}>
      <div className={classes.tree} role="tree" aria-label="Artifacts">
        <Folder {...props} path={null} depth={0} onShow={select} />
      </div>
      <div className={classes.preview}>{shown === null ? props.selected === null ? <p className="soft">Choose a file to see it.</p> : <BlockSkeleton /> : <ArtifactPreview key={shown.path} artifact={shown} />}</div>
    </div>
  );
}

function Folder<D, V extends object>(props: ArtifactBrowserProps<D, V> & { path: string | null; depth: number; onShow: (artifact: Artifact) => void }) {
  const { document, variables, read, path, depth } = props;
  const [{ data, error }, reload] = useQuery({ query: document, variables: { ...variables, path } as V & { path: string | null } });
  if (error !== undefined) return <ErrorState error={error} onRetry={() => reload({ requestPolicy: 'network-only' })} />;
  if (data === undefined) return <TableSkeleton rows={depth === 0 ? 5 : 1} rowHeight={28} />;
  const artifacts = [...read(data)].sort((a, b) => Number(b.isDirectory) - Number(a.isDirectory) || a.name.localeCompare(b.name));
  if (artifacts.length === 0 && depth === 0) {
    return (
      <EmptyState title="No artifacts">
        <p>
          Files come here with <code>mlflow.log_artifact(path)</code>, <code>log_figure</code>, <code>log_table</code> or <code>log_model</code>.
        </p>
      </EmptyState>
    );
  }
  return artifacts.map((artifact) => (artifact.isDirectory ? <FolderLine key={artifact.path} {...props} artifact={artifact} /> : <FileLine key={artifact.path} {...props} artifact={artifact} />));
}

type LineProps<D, V extends object> = ArtifactBrowserProps<D, V> & { artifact: Artifact; depth: number; path: string | null; onShow: (artifact: Artifact) => void };

function FolderLine<D, V extends object>(props: LineProps<D, V>) {
  const { artifact, depth, selected } = props;
  const [open, setOpen] = useState(selected?.startsWith(`${artifact.path}/`) ?? false);
  return (
    <div role="treeitem" aria-expanded={open}>
      <button type="button" className={classes.line} style={{ paddingLeft: 6 + depth * 16 }} onClick={() => setOpen(!open)}>
        <IconChevronRight size={13} className={open ? classes.open : undefined} aria-hidden />
        <IconFolder size={15} stroke={1.6} aria-hidden />
        <span className="truncate">{artifact.name}</span>
      </button>
      {open ? (
        <div role="group">
          <Folder {...props} path={artifact.path} depth={depth + 1} />
        </div>
      ) : null}
    </div>
  );
}

function FileLine<D, V extends object>({ artifact, depth, selected, onShow }: LineProps<D, V>) {
  const isSelected = selected === artifact.path;
  const [announced, setAnnounced] = useState(false);
  // A link may name the file before its folder has loaded.
  if (isSelected && !announced) {
    setAnnounced(true);
    queueMicrotask(() => onShow(artifact));
  }
  return (
    <div role="treeitem" aria-selected={isSelected}>
      <button type="button" className={classes.line} data-selected={isSelected} style={{ paddingLeft: 25 + depth * 16 }} onClick={() => onShow(artifact)}>
        <IconFile size={15} stroke={1.6} aria-hidden />
        <span className="truncate">{artifact.name}</span>
        {artifact.sizeBytes === null ? null : <span className={classes.size}>{formatBytes(artifact.sizeBytes)}</span>}
      </button>
    </div>
  );
}
