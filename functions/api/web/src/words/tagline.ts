/** The purpose of Alex, in one sentence. */
export const TAGLINE = "Know where your portfolio stands.";
