/** The texts of the landing page and of the sample. */

/** The purpose of Alex, in one sentence. */
export const TAGLINE = "Know where your portfolio stands.";

export const LEAD =
  "Upload your broker's positions file and get a plain-English report in about a minute.";

export const LANDING = {
  lead: `${LEAD} See what you own inside your funds, what it costs, what could go wrong, and whether it lasts through retirement.`,
  upload: "Upload a file",
  sample: "Try it with a sample",
  privacy:
    "Only you can see your data, and you can delete it at any time. Alex provides information, not investment advice.",
  picture: "From the sample report",
  wholeSample: "See the whole report",
  steps: [
    {
      title: "1. Upload",
      text: "Fidelity, Vanguard, Schwab, and other brokers export a positions file. Alex reads it as is.",
    },
    {
      title: "2. Add your goals",
      text: "When you want to retire, and on how much a year. Skip this if you only want to know what you own.",
    },
    {
      title: "3. Read your report",
      text: "A verdict in one sentence, the three things that matter most, and the trades that fix them.",
    },
  ],
} as const;

export const SAMPLE = {
  title: "Sample portfolio",
  banner: "This is a sample.",
  about: "The portfolio and its goals are examples. Try the sliders; nothing is saved.",
  upload: "Upload your own file",
} as const;
