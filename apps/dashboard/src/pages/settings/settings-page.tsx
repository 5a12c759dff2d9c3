import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../../ui/page.js';
import { ProjectSettings } from './project-settings.js';
import { TokenSettings } from './token-settings.js';

const route = getRouteApi('/settings');

export function SettingsPage() {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="Settings">
      <Tabs value={tab === 'projects' ? 'projects' : 'tokens'} onChange={(value) => void navigate({ search: { tab: value ?? undefined } })} keepMounted={false}>
        <Tabs.List mb={16}>
          <Tabs.Tab value="tokens">Tokens</Tabs.Tab>
          <Tabs.Tab value="projects">Projects</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tokens">
          <TokenSettings />
        </Tabs.Panel>
        <Tabs.Panel value="projects">
          <ProjectSettings />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
