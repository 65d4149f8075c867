/** The purpose of Alex, in one sentence. */
export const PROMISE = "Know what you own, and whether it lasts.";
