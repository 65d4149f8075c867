/** Income in retirement that doesn't come from savings, such as Social Security, as typed. */

import type { IncomeStream } from "../api/types";
import { grouped, planNumber } from "./goals";

export interface TypedStream {
  name: string;
  amount: string;
  startAge: string;
  /** Empty for life. */
  endAge: string;
}

export const EMPTY_STREAM: TypedStream = { name: "", amount: "", startAge: "", endAge: "" };
const YOUNGEST = 16;
const OLDEST = 110;

export function typedStreams(streams: IncomeStream[] | null): TypedStream[] {
  return (streams ?? []).map(({ name, annual_amount, start_age, end_age }) => ({
    name,
    amount: grouped(String(annual_amount)),
    startAge: String(start_age),
    endAge: end_age === null ? "" : String(end_age),
  }));
}

/** Return what to correct in each field of a stream; null for a valid field. */
export function streamProblems({ name, amount, startAge, endAge }: TypedStream) {
  const from = age(startAge);
  const until = endAge.trim() === "" ? null : age(endAge);
  return {
    name: name.trim() === "" ? "Enter a name, such as Social Security." : null,
    amount: planNumber(amount) > 0 ? null : "Enter an amount, such as 24,000.",
    startAge: Number.isNaN(from) ? `Enter an age from ${YOUNGEST} to ${OLDEST}.` : null,
    endAge:
      until !== null && !(until >= from) ? "Enter a later age, or leave it empty for life." : null,
  };
}

/** Without new streams that have not been filled in. */
export function given(streams: TypedStream[]): TypedStream[] {
  return streams.filter((stream) => stream !== EMPTY_STREAM);
}

export const isStreamFine = (stream: TypedStream): boolean =>
  Object.values(streamProblems(stream)).every((problem) => problem === null);

/** Return the streams for the server. Call it only if all are valid. */
export function streamsOf(typed: TypedStream[]): IncomeStream[] {
  return typed.map(({ name, amount, startAge, endAge }) => ({
    name: name.trim(),
    annual_amount: planNumber(amount),
    start_age: age(startAge),
    end_age: endAge.trim() === "" ? null : age(endAge),
  }));
}

function age(text: string): number {
  const value = planNumber(text);
  return Number.isInteger(value) && value >= YOUNGEST && value <= OLDEST ? value : NaN;
}
