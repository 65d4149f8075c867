import { persistedSignal } from "../ui/persisted_signal";

export const whenDone = persistedSignal("alex.window", ["closes", "stays"] as const, "closes");
