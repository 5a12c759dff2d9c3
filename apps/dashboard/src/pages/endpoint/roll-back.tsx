import { Button, Modal, Tooltip } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { useToast } from '../../ui/toast.js';
import { ROLL_BACK, type EndpointDetails } from './endpoint.graphql.js';
import { rollBackTarget, type RollBackTarget } from './roll-back-target.js';

/** Always in reach: back to what was live before, or away from what is on its way. */
export function RollBackButton({ endpoint, onDone }: { endpoint: EndpointDetails; onDone: () => void }) {
  const [target, setTarget] = useState<RollBackTarget | null>(null);
  const previous = rollBackTarget(endpoint);
  return (
    <>
      <Tooltip label={previous === null ? 'There is no earlier revision to go back to' : `To revision ${previous.number}: ${previous.modelName} version ${previous.modelVersion}`}>
        <Button leftSection={<IconArrowBackUp size={14} />} data-disabled={previous === null || undefined} aria-disabled={previous === null} onClick={() => previous !== null && setTarget(previous)}>
          Roll back
        </Button>
      </Tooltip>
      <RollBackDialog endpoint={endpoint.name} active={endpoint.activeRevision?.number ?? null} target={target} onClose={() => setTarget(null)} onDone={onDone} />
    </>
  );
}

interface RollBackDialogProps {
  readonly endpoint: string;
  readonly active: number | null;
  readonly target: RollBackTarget | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Says what will be live before it acts. */
export function RollBackDialog({ endpoint, active, target, onClose, onDone }: RollBackDialogProps) {
  const [result, rollBack] = useMutation(ROLL_BACK);
  const toast = useToast();
  const confirm = async () => {
    if (target === null) return;
    const { error } = await rollBack({ input: { endpoint, toRevision: target.number } });
    if (error !== undefined) return;
    toast(`Traffic goes back to revision ${target.number}`);
    onClose();
    onDone();
  };
  return (
    <Modal opened={target !== null} onClose={onClose} title={`Roll back ${endpoint}`}>
      {target === null ? null : (
        <div style={{ display: 'grid', gap: 14 }}>
          <p style={{ margin: 0 }}>
            Revision {target.number} will be live: <strong>{`${target.modelName} version ${target.modelVersion}`}</strong>.{' '}
            {active === null ? '' : active === target.number ? 'It is live now and stays so; the newer revision is given up.' : `Revision ${active} keeps serving until it is ready, then takes no more traffic. It stays, so you can come back.`}
          </p>
          {result.error === undefined ? null : (
            <p role="alert" style={{ margin: 0, color: 'var(--bad)' }}>
              {toApiError(result.error).message}
            </p>
          )}
          <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={result.fetching} onClick={() => void confirm()} data-autofocus>
              Roll back to revision {target.number}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
