import { createContext, useContext } from 'react';

/** What a page may ask of the frame around it. */
export interface ShellControls {
  readonly openPalette: () => void;
  readonly toggleRail: () => void;
}

export const ShellControlsContext = createContext<ShellControls>({ openPalette: () => undefined, toggleRail: () => undefined });

export function useShellControls(): ShellControls {
  return useContext(ShellControlsContext);
}
