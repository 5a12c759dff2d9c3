import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react';
import classes from './toast.module.css';

const SHOWN_MS = 4_000;
const ToastContext = createContext<(text: string) => void>(() => undefined);

/** Says in one line that something was done, for a few seconds, also to screen readers. */
export function ToastRegion({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<{ text: string; at: number } | null>(null);
  const show = useCallback((text: string) => setToast({ text, at: Date.now() }), []);
  useEffect(() => {
    if (toast === null) return;
    const timer = setTimeout(() => setToast(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <ToastContext value={show}>
      {children}
      <div role="status" className={classes.region}>
        {toast === null ? null : <div className={classes.toast}>{toast.text}</div>}
      </div>
    </ToastContext>
  );
}

export function useToast(): (text: string) => void {
  return useContext(ToastContext);
}
