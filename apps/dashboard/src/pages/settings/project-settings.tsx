import { Button, Modal, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useMutation, useQuery } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { projectPrefix } from '../../app/location.js';
import { useSession } from '../../app/session.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Loaded, TableSkeleton } from '../../ui/states.js';
import { Table, tableClasses } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { useToast } from '../../ui/toast.js';
import classes from './settings.module.css';
import { CREATE_PROJECT, PROJECTS } from './settings.graphql.js';

const COLUMNS = [{ label: 'Name' }, { label: 'Description' }, { label: 'Tracking URI' }, { label: 'Created', width: 120 }];

/** Projects of the organization: open one, make one. */
export function ProjectSettings() {
  const { place, viewer } = useSession();
  const [result, reload] = useQuery({ query: PROJECTS, variables: {} });
  const refresh = () => reload({ requestPolicy: 'network-only' });
  return (
    <>
      <div className={classes.head}>
        <p className="soft">A project keeps a team's experiments, models and endpoints apart. MLflow calls it a workspace.</p>
        <NewProject onCreated={refresh} />
      </div>
      <Loaded result={result} onRetry={refresh} skeleton={<TableSkeleton rows={4} />}>
        {({ organization }) => (
          <Table label="Projects" columns={COLUMNS}>
            {organization.projects.map((project) => (
              <tr key={project.id}>
                <td className={tableClasses.name}>
                  <a href={`${projectPrefix(place.basePath, viewer.organization.slug, project.name)}/experiments`}>{project.name}</a>
                  {project.isDefault ? <span className="soft"> default</span> : null}
                </td>
                <td className="soft">{project.description}</td>
                <td>
                  <code>{project.trackingUri}</code> <CopyButton text={project.trackingUri} label={`Copy tracking URI of ${project.name}`} size="xs" />
                </td>
                <td className="soft">
                  <Time at={project.createdAt} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
    </>
  );
}

function NewProject({ onCreated }: { onCreated: () => void }) {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [result, create] = useMutation(CREATE_PROJECT);
  const toast = useToast();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await create({ input: { name: name.trim(), description: description.trim() } });
    if (data === undefined || data === null) return;
    setOpened(false);
    setName('');
    toast(`Project ${data.createProject.project.name} is there`);
    onCreated();
  };
  return (
    <>
      <Button leftSection={<IconPlus size={14} />} onClick={() => setOpened(true)}>
        New project
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="New project">
        <form onSubmit={(event) => void submit(event)} style={{ display: 'grid', gap: 12 }}>
          <TextInput label="Name" description="2 to 63 lower-case letters, digits and single hyphens." value={name} onChange={(event) => setName(event.currentTarget.value)} error={result.error === undefined ? null : toApiError(result.error).message} data-autofocus required maxLength={63} />
          <TextInput label="Description" value={description} onChange={(event) => setDescription(event.currentTarget.value)} maxLength={500} />
          <Button type="submit" loading={result.fetching} disabled={name.trim() === ''} style={{ justifySelf: 'end' }}>
            Create project
          </Button>
        </form>
      </Modal>
    </>
  );
}
