import { remembered } from "../ui/remembered";

export const whenDone = remembered("alex.window", ["closes", "stays"] as const, "closes");
