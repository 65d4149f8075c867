// Without `contentType`, orval sends the body of an operation with several media types as it is.
export default {
  alex: {
    input: "openapi.json",
    output: {
      target: "generated/orval.ts",
      client: "fetch",
      baseUrl: process.env.API_URL,
      override: { contentType: { include: ["application/json"] } },
    },
  },
};
