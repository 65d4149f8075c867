import { expect, it } from "vitest";
import { compare } from "./sortable_table";

it("compares amounts and shares by value, and texts by the alphabet", () => {
  expect(["$9,000", "$10,000", "$800"].toSorted(compare)).toEqual(["$800", "$9,000", "$10,000"]);
  expect(["12%", "2%", "<1%"].toSorted(compare)).toEqual(["<1%", "2%", "12%"]);
  expect(["VTI Fund", "BND Fund"].toSorted(compare)).toEqual(["BND Fund", "VTI Fund"]);
});
