import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { EmptyState, Loaded, TableSkeleton } from '../../ui/states.js';
import { Table, tableClasses } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { useToast } from '../../ui/toast.js';
import classes from './settings.module.css';
import { NewToken } from './new-token.js';
import { REVOKE_TOKEN, TOKENS, type TokenRow } from './settings.graphql.js';

const COLUMNS = [{ label: 'Name' }, { label: 'May' }, { label: 'Last used', width: 120 }, { label: 'Expires', width: 120 }, { label: 'Created', width: 120 }, { label: '', width: 90 }];

/** Own tokens: make one, end one. */
export function TokenSettings() {
  const [result, reload] = useQuery({ query: TOKENS, variables: {} });
  const [ending, setEnding] = useState<TokenRow | null>(null);
  const refresh = () => reload({ requestPolicy: 'network-only' });
  return (
    <>
      <div className={classes.head}>
        <p className="soft">A token lets a program act for you: as MLFLOW_TRACKING_TOKEN, or as Bearer token.</p>
        <NewToken onCreated={refresh} />
      </div>
      <Loaded result={result} onRetry={refresh} skeleton={<TableSkeleton rows={4} />}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <EmptyState title="No tokens yet">
              <p>Make one for each machine or program, so that each can be ended by itself.</p>
            </EmptyState>
          ) : (
            <Table label="Tokens" columns={COLUMNS}>
              {tokens.map((token) => (
                <tr key={token.id}>
                  <td className={tableClasses.name}>{token.name}</td>
                  <td className="soft">{token.scopes.length === 0 ? 'all that you may' : token.scopes.join(', ')}</td>
                  <td className="soft">{token.lastUsedAt === null ? 'never' : <Time at={token.lastUsedAt} />}</td>
                  <td className="soft">{token.expiresAt === null ? 'never' : <Time at={token.expiresAt} />}</td>
                  <td className="soft">
                    <Time at={token.createdAt} />
                  </td>
                  <td>
                    {token.revokedAt === null ? (
                      <Button size="compact-xs" variant="default" aria-label={`Revoke ${token.name}`} onClick={() => setEnding(token)}>
                        Revoke
                      </Button>
                    ) : (
                      <span className="soft">revoked</span>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
      <RevokeDialog token={ending} onClose={() => setEnding(null)} onDone={refresh} />
    </>
  );
}

function RevokeDialog({ token, onClose, onDone }: { token: TokenRow | null; onClose: () => void; onDone: () => void }) {
  const [result, revoke] = useMutation(REVOKE_TOKEN);
  const toast = useToast();
  const confirm = async () => {
    if (token === null) return;
    const { error } = await revoke({ input: { id: token.id } });
    if (error !== undefined) return;
    toast(`${token.name} is revoked`);
    onClose();
    onDone();
  };
  return (
    <Modal opened={token !== null} onClose={onClose} title={`Revoke ${token?.name ?? ''}`}>
      <p style={{ marginTop: 0 }}>Programs that use this token stop working within seconds. This cannot be undone.</p>
      {result.error === undefined ? null : <p role="alert">{toApiError(result.error).message}</p>}
      <Button color="red" loading={result.fetching} onClick={() => void confirm()}>
        Revoke token
      </Button>
    </Modal>
  );
}
