import { createContext, useContext } from 'react';
import type { Place } from './location.js';
import type { ShellData } from './shell.graphql.js';

/** Who uses this page and in which project. */
export interface Session {
  readonly place: Place;
  readonly viewer: ShellData['viewer'];
  readonly organizations: ShellData['organizations'];
  readonly project: ShellData['project'];
  readonly logOut: () => Promise<void>;
}

export const SessionContext = createContext<Session | null>(null);

/** The session of the page. Throws outside of the shell: a bug in the caller. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession is called outside of the shell');
  return session;
}
