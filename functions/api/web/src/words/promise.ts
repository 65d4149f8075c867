/** What Alex is for, in one sentence. */
export const PROMISE = "Know what you own, and whether it lasts.";
