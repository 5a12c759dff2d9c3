import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Provider, useQuery } from 'urql';
import { LoginPage } from '../pages/login/login-page.js';
import { ToastRegion } from '../ui/toast.js';
import { createApiClient } from './api-client.js';
import classes from './app.module.css';
import type { Place } from './location.js';
import { createAppRouter } from './router.js';
import { SessionContext } from './session.js';
import { SHELL } from './shell.graphql.js';
import { theme } from './theme.js';
import { ErrorState } from '../ui/states.js';

/** The whole dashboard: theme, API client, login or pages. */
export function App({ place }: { place: Place }) {
  const [loggedOut, setLoggedOut] = useState(false);
  const client = useMemo(() => createApiClient(place.prefix, () => setLoggedOut(true)), [place.prefix]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <ToastRegion>
        {loggedOut ? (
          <LoginPage prefix={place.prefix} onLoggedIn={() => window.location.reload()} />
        ) : (
          <Provider value={client}>
            <Pages place={place} />
          </Provider>
        )}
      </ToastRegion>
    </MantineProvider>
  );
}

function Pages({ place }: { place: Place }) {
  const router = useMemo(() => createAppRouter(place.prefix), [place.prefix]);
  const [shell, reload] = useQuery({ query: SHELL, variables: {} });
  const session = useMemo(() => {
    if (shell.data === undefined) return null;
    const logOut = async () => {
      await fetch(`${place.prefix}/session`, { method: 'DELETE' });
      // Loaded anew: shows the login, or the pages again where none is asked for.
      window.location.reload();
    };
    return { place, ...shell.data, logOut };
  }, [shell.data, place]);
  if (session !== null) {
    return (
      <SessionContext value={session}>
        <RouterProvider router={router} />
      </SessionContext>
    );
  }
  if (shell.error === undefined) return <div className={classes.blank} aria-busy="true" aria-label="Loading" />;
  return (
    <main className={classes.fault}>
      <ErrorState error={shell.error} onRetry={() => reload({ requestPolicy: 'network-only' })} />
    </main>
  );
}
