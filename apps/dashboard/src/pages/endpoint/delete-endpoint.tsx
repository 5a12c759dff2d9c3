import { Button, Modal, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { useToast } from '../../ui/toast.js';
import { DELETE_ENDPOINT } from './endpoint.graphql.js';

/** Deletes the endpoint, after its name was typed: callers of its URL will fail. */
export function DeleteEndpoint({ name }: { name: string }) {
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState('');
  const [result, remove] = useMutation(DELETE_ENDPOINT);
  const navigate = useNavigate();
  const toast = useToast();
  const confirm = async () => {
    const { error } = await remove({ input: { endpoint: name } });
    if (error !== undefined) return;
    toast(`${name} is being deleted`);
    void navigate({ to: '/endpoints' });
  };
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        Delete
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={`Delete endpoint ${name}`}>
        <div style={{ display: 'grid', gap: 14 }}>
          <p style={{ margin: 0 }}>All its revisions stop and its URL answers 404. The model and its versions stay.</p>
          <TextInput label={`Type ${name} to confirm`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} error={result.error === undefined ? null : toApiError(result.error).message} data-autofocus />
          <Button color="red" disabled={typed !== name} loading={result.fetching} onClick={() => void confirm()} style={{ justifySelf: 'end' }}>
            Delete endpoint
          </Button>
        </div>
      </Modal>
    </>
  );
}
