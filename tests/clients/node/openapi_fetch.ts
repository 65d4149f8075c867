// Types from openapi-typescript, requests from openapi-fetch.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/openapi-typescript";

const client = createClient<paths>({
  baseUrl: process.env.API_URL,
  headers: { Authorization: `Bearer ${process.env.TOKEN}` },
});

async function main() {
  const account: components["schemas"]["NewAccount"] = { account_name: "openapi-fetch" };
  const made = await client.POST("/api/accounts", { body: account });
  if (!made.data) throw new Error(made.error.toString());
  const refused = await client.POST("/api/accounts", { body: account });
  const started = await client.POST("/api/analyze", { body: { options: { portfolio: "sample" } } });
  if (!started.data) throw new Error("not started");
  const path = { job_id: started.data.job_id };
  const job = await client.GET("/api/jobs/{job_id}", { params: { path, header: { "If-None-Match": '"none"' } } });
  await client.DELETE("/api/accounts/{account_id}", { params: { path: { account_id: made.data.id } } });
  console.log(JSON.stringify({ cash: made.data.cash_balance, refused: refused.response.status, job: job.data?.id === path.job_id }));
}

void main();
