import { useEffect, useState } from "preact/hooks";

export interface Resource<T> {
  value: T | null;
  error: unknown;
  reload: () => void;
}

/** The result of `load`, reloaded when `key` changes. The old value stays until the new one arrives. */
export function useResource<T>(load: () => Promise<T>, key: unknown = null): Resource<T> {
  const [state, setState] = useState<{ value: T | null; error: unknown }>({
    value: null,
    error: null,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    load().then(
      (value) => isCurrent && setState({ value, error: null }),
      (error: unknown) => isCurrent && setState(({ value }) => ({ value, error })),
    );
    return () => {
      isCurrent = false;
    };
  }, [key, round]);
  return { ...state, reload: () => setRound((before) => before + 1) };
}
