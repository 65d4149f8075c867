// A client from @hey-api/openapi-ts.
import { cancelJob, createAccount, deleteAccount, readJob, startAnalysis } from "./generated/hey-api";
import { client } from "./generated/hey-api/client.gen";

client.setConfig({ baseUrl: process.env.API_URL, auth: () => process.env.TOKEN });

async function main() {
  const body = { account_name: "hey-api" };
  const made = await createAccount({ body, throwOnError: true });
  const refused = await createAccount({ body });
  const started = await startAnalysis({ body: { options: { portfolio: "sample" } }, throwOnError: true });
  const path = { job_id: started.data.job_id };
  const job = await readJob({ path, throwOnError: true });
  await cancelJob({ path });
  await deleteAccount({ path: { account_id: made.data.id } });
  console.log(JSON.stringify({ cash: made.data.cash_balance, refused: refused.response?.status, job: job.data.id === path.job_id }));
}

void main();
