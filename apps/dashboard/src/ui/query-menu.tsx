import { Button, Popover, Tabs } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { stringifyDocument } from 'urql';
import { Snippet } from './snippet.js';
import { useSession } from '../app/session.js';
import classes from './query-menu.module.css';

interface QueryMenuProps {
  readonly document: Parameters<typeof stringifyDocument>[0];
  readonly variables?: Record<string, unknown>;
  /** What a Python client types for the same. */
  readonly python?: string;
  /** What a shell types for the same; the API call by curl if left out. */
  readonly shell?: string;
}

/** The way to get what a page shows from a program: GraphQL, shell, Python. */
export function QueryMenu({ document, variables = {}, python, shell }: QueryMenuProps) {
  const { place } = useSession();
  const query = stringifyDocument(document);
  const url = `${window.location.origin}${place.prefix}/graphql`;
  const curl = shell ?? `curl '${url}' -H 'Content-Type: application/json' -d '${JSON.stringify({ query: query.replace(/\s+/g, ' '), variables }).replaceAll("'", `'\\''`)}'`;
  return (
    <Popover width={520} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconCode size={14} />}>
          API
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown}>
        <Tabs defaultValue="graphql">
          <Tabs.List mb={8}>
            <Tabs.Tab value="graphql">GraphQL</Tabs.Tab>
            <Tabs.Tab value="shell">Shell</Tabs.Tab>
            {python === undefined ? null : <Tabs.Tab value="python">Python</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="graphql">
            <div style={{ display: 'grid', gap: 8 }}>
              <Snippet title={`POST ${url}`} code={query} maxHeight={260} />
              {Object.keys(variables).length === 0 ? null : <Snippet title="Variables" code={JSON.stringify(variables, null, 2)} maxHeight={120} />}
            </div>
          </Tabs.Panel>
          <Tabs.Panel value="shell">
            <Snippet title="Shell" code={curl} maxHeight={260} />
          </Tabs.Panel>
          {python === undefined ? null : (
            <Tabs.Panel value="python">
              <Snippet title="Python" code={python} />
            </Tabs.Panel>
          )}
        </Tabs>
      </Popover.Dropdown>
    </Popover>
  );
}
