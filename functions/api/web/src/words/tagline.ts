/** The purpose of Alex, in one sentence. */
export const TAGLINE = "Know what you own, and whether it lasts.";
